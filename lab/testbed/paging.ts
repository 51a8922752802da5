import { errorAnswer, xmlAnswer } from './answers.ts';
import type { Rule } from './rules.ts';
import { childrenOf, findElement, replaceContent } from './xml.ts';

interface Listing {
  /** The lists of the answer that share one marker, in the order in which they are served. */
  readonly lists: readonly string[];
  readonly item: string;
  /** Request parameters: where the marker and the page size are given. */
  readonly marker: string;
  readonly size: string;
  /** Written into the answer when there is more. */
  more(marker: string): string;
  /** Splits one listed item into smaller ones, where AWS may cut between them. */
  split?(item: string): string[];
}

const IAM: Pick<Listing, 'item' | 'marker' | 'size' | 'more'> = {
  item: 'member',
  marker: 'Marker',
  size: 'MaxItems',
  more: (marker) => `<IsTruncated>true</IsTruncated><Marker>${marker}</Marker>`,
};
const EC2: Pick<Listing, 'item' | 'marker' | 'size' | 'more'> = {
  item: 'item',
  marker: 'NextToken',
  size: 'MaxResults',
  more: (marker) => `<nextToken>${marker}</nextToken>`,
};

const LISTINGS = {
  ListUsers: { ...IAM, lists: ['Users'] },
  ListAccessKeys: { ...IAM, lists: ['AccessKeyMetadata'] },
  ListAttachedUserPolicies: { ...IAM, lists: ['AttachedPolicies'] },
  GetAccountAuthorizationDetails: {
    ...IAM,
    lists: ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'],
  },
  DescribeInstances: { ...EC2, lists: ['reservationSet'], split: oneInstanceEach },
  DescribeSpotInstanceRequests: { ...EC2, lists: ['spotInstanceRequestSet'] },
  DescribeAutoScalingGroups: {
    item: 'member',
    marker: 'NextToken',
    size: 'MaxRecords',
    lists: ['AutoScalingGroups'],
    more: (marker: string) => `<NextToken>${marker}</NextToken>`,
  },
} satisfies Record<string, Listing>;

/**
 * Serves an operation in pages of at most `pageSize` items, which moto never does for IAM, and never inside a
 * reservation for DescribeInstances: the whole answer is fetched for each page and cut.
 */
export function pagesOf(operation: keyof typeof LISTINGS, pageSize: number): Rule {
  const listing: Listing = LISTINGS[operation];
  return {
    when: { operation },
    fault: {
      kind: 'answer',
      name: `page of ${pageSize}`,
      answer: async (call, forward) => {
        const form = new URLSearchParams(call.body.toString());
        const start = Number(form.get(listing.marker)?.replace(/^page-/, '') ?? 0);
        if (!Number.isInteger(start))
          return errorAnswer(call.protocol, 'InvalidParameterValue', 400, 'not a marker that was given out');
        const asked = Number(form.get(listing.size) ?? pageSize);
        form.delete(listing.marker);
        form.delete(listing.size);
        const whole = await forward(form.toString());
        if (whole.status !== 200) return whole;
        return xmlAnswer(page(whole.body.toString(), listing, start, Math.min(asked, pageSize)));
      },
    },
  };
}

function page(xml: string, listing: Listing, start: number, size: number): string {
  let passed = 0;
  let cut = xml.replace(/<IsTruncated>\w+<\/IsTruncated>/, '');
  for (const list of listing.lists) {
    const content = findElement(xml, list)?.content;
    if (content === undefined) continue;
    const items = childrenOf(content, listing.item).flatMap((item) => listing.split?.(item) ?? [item]);
    const kept = items.slice(Math.max(0, start - passed), Math.max(0, start + size - passed));
    passed += items.length;
    cut = replaceContent(
      cut,
      list,
      kept.map((item) => `<${listing.item}>${item}</${listing.item}>`).join(''),
    );
  }
  const [first = ''] = listing.lists;
  const more = passed > start + size ? listing.more(`page-${start + size}`) : '';
  return cut.replace(new RegExp(`<${first}>`), `${more}<${first}>`);
}

/** A reservation for each of its instances: EC2 may cut a page inside one. */
function oneInstanceEach(reservation: string): string[] {
  const instances = findElement(reservation, 'instancesSet');
  if (!instances) return [reservation];
  return childrenOf(instances.content, 'item').map((instance) =>
    replaceContent(reservation, 'instancesSet', `<item>${instance}</item>`),
  );
}
