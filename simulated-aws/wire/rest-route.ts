import type { NormalizedSchema } from '@smithy/core/schema';
import type { OperationModel, ServiceModel } from './service-models.ts';

/** The parts of a REST request. */
export interface RestRequest {
  readonly method: string;
  /** As sent, still escaped; without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** S3: the bucket, when the host name or the path gives one. */
  readonly bucket?: string;
}

export interface Route {
  readonly operation: OperationModel;
  readonly labels: Readonly<Record<string, string>>;
}

/** Some SDKs name the operation in this parameter. */
const NAME_HINT = 'x-id';

/**
 * Which operation a request means. Method and path must fit; the constant query and all required parameters must be
 * there. Of several operations that fit, the one with the most such demands is meant. Source: Smithy, "http trait".
 */
export function routeOf(model: ServiceModel, request: RestRequest): Route | undefined {
  let best: (Route & { readonly demands: number }) | undefined;
  for (const operation of model.operations.values()) {
    const labels = labelsOf(operation, request);
    const demands = labels && demandsMet(operation, request);
    if (!labels || demands === undefined) continue;
    if (!best || demands > best.demands) best = { operation, labels, demands };
  }
  return best;
}

function labelsOf({ http, input }: OperationModel, request: RestRequest): Route['labels'] | undefined {
  if (!http || http[0] !== request.method) return undefined;
  // In S3's models the bucket is a label that no path names: it is in the host or in the first segment.
  const takesBucket = hasBucketLabel(input);
  if (takesBucket !== (request.bucket !== undefined)) return undefined;
  const [template = ''] = http[1].split('?');
  const match = pathPattern(template).exec(request.path);
  if (!match) return undefined;
  const labels = Object.entries(match.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]);
  return Object.fromEntries(takesBucket ? [['Bucket', request.bucket ?? ''], ...labels] : labels);
}

const hasBucketLabel = (input: NormalizedSchema): boolean =>
  requiredMembers(input).some(
    (member) => member.getMemberName() === 'Bucket' && member.getMergedTraits().httpLabel,
  );

const patterns = new Map<string, RegExp>();

function pathPattern(template: string): RegExp {
  const known = patterns.get(template);
  if (known) return known;
  const source = template
    .replace(/[.*?^$()|[\]\\]/g, '\\$&')
    .replace(/\{(\w+)\+\}/g, '(?<$1>.+)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const pattern = new RegExp(`^${source}$`);
  patterns.set(template, pattern);
  return pattern;
}

/** How many things the operation demands beside its path; undefined when one of them is missing. */
function demandsMet({ name, http, input }: OperationModel, request: RestRequest): number | undefined {
  const constant = new URLSearchParams(http?.[1].split('?')[1] ?? '');
  let demands = 0;
  for (const [key, value] of constant) {
    if (key === NAME_HINT) continue;
    if (request.query.get(key) !== value) return undefined;
    demands += 2;
  }
  for (const member of requiredMembers(input)) {
    const { httpQuery, httpHeader } = member.getMergedTraits();
    const isMissing =
      (httpQuery && !request.query.has(httpQuery)) ||
      (httpHeader && !(httpHeader.toLowerCase() in request.headers));
    if (isMissing) return undefined;
    if (httpQuery || httpHeader) demands += 2;
  }
  return request.query.get(NAME_HINT) === name ? demands + 1 : demands;
}

const required = new WeakMap<NormalizedSchema, readonly NormalizedSchema[]>();

/** A structure's schema says how many of its first members are required. */
export function requiredMembers(schema: NormalizedSchema): readonly NormalizedSchema[] {
  const known = required.get(schema);
  if (known) return known;
  const { 6: count = 0 } = schema.getSchema() as unknown as { readonly 6?: number };
  const members = schema.isStructSchema() ? [...schema.structIterator()].slice(0, count) : [];
  const found = members.map(([, member]) => member);
  required.set(schema, found);
  return found;
}
