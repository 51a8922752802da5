import { errorFacts } from '../../lambda/core/model.ts';

/** One link of the way from an alarm to a person. */
export interface Link {
  readonly link: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** One look-up as a link; whatever it throws is what the link says. Never rejects. */
export async function link(name: string, check: () => Promise<Omit<Link, 'link'>>): Promise<Link> {
  const found = await check().catch((thrown: unknown) => ({
    ok: false,
    detail: `could not be looked at: ${errorFacts(thrown).error}`,
  }));
  return { link: name, ...found };
}

/** A line for each link. */
export const linkLines = (links: readonly Link[]): string[] =>
  links.map(({ link, ok, detail }) => `${ok ? 'ok ' : 'BAD'}  ${link}: ${detail}`);
