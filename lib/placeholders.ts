/** A value that the sample configuration or a document shows where the owner's own belongs. */
interface Example {
  /** A dotted path; the items of a list have numbers. */
  readonly field: RegExp;
  readonly value: RegExp;
  readonly fix: string;
}

const EXAMPLES: readonly Example[] = [
  {
    field: /^email$/,
    value: /^(me|you)@example\.com$/i,
    fix: 'give the address that is to get the alarm',
  },
  {
    field: /^allow\.accessKeys\.\d+$/,
    // AWS's documents and ours write example keys so: AKIAIOSFODNN7EXAMPLE.
    value: /EXAMPLE$/,
    fix: 'give the id of a key of yours, or remove it',
  },
  {
    field: /^allow\.users\.\d+$/,
    value: /^YOUR-USER$/,
    fix: 'give the name of your IAM user, or remove it',
  },
  {
    field: /^allow\.instances\.\d+$/,
    value: /^i-(0123456789abcdef0|1234567890abcdef0)$/,
    fix: 'give the id of a machine of yours, or remove it',
  },
  {
    field: /^notify\.webhooks\.\d+\.url$/,
    value: /^https:\/\/ntfy\.sh\/a-topic-nobody-guesses\/?$/,
    fix: 'everybody may read that topic: give one whose name nobody guesses',
  },
  {
    field: /^notify\.webhooks\.\d+\.routingKey$/,
    value: /^…$/,
    fix: 'give the integration key of your PagerDuty service',
  },
  {
    field: /^guard\.heartbeatUrl$/,
    value: /^https:\/\/hc-ping\.com\/your-check\/?$/,
    fix: 'give the address of your own check, or remove it',
  },
];

/**
 * Settings that are still an example: a mail to it reaches nobody, and its key is nobody's. Each with its field and the
 * fix.
 * @param input settings that need not be valid.
 */
export const placeholders = (input: unknown): string[] =>
  [...texts(input)].flatMap(([field, text]) =>
    EXAMPLES.filter((example) => example.field.test(field) && example.value.test(text)).map(
      ({ fix }) => `${field} is still the example ${JSON.stringify(text)}: ${fix}`,
    ),
  );

/** Every text in it, with its dotted path. */
function* texts(value: unknown, path: readonly string[] = []): Iterable<[field: string, text: string]> {
  if (typeof value === 'string') yield [path.join('.'), value];
  else if (typeof value === 'object' && value !== null)
    for (const [name, inside] of Object.entries(value)) yield* texts(inside, [...path, name]);
}
