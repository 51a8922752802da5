import type { NormalizedSchema } from '@smithy/core/schema';
import { serviceModel } from '../../wire/service-models.ts';

/** Source: Lambda developer guide, "Lambda management events in CloudTrail". */
const OMITTED: Readonly<Record<string, readonly string[]>> = { lambda: ['ZipFile', 'Environment'] };

/**
 * The parameters of a call as CloudTrail writes them: names of members begin with a small letter, keys of maps stay as
 * they are, bytes are left out. Null for a call without parameters. Sources: CloudTrail user guide, "CloudTrail record
 * contents" and the services' own examples; S3's buckets and EC2's instances have other names there.
 */
export function requestParametersOf(
  service: string,
  operation: string,
  input: object,
): Readonly<Record<string, unknown>> | null {
  const schema = serviceModel(service)?.operations.get(operation)?.input;
  const omitted = OMITTED[service] ?? [];
  const given = Object.fromEntries(Object.entries(input).filter(([name]) => !omitted.includes(name)));
  const written = (schema ? writtenAs(schema, given) : given) as Record<string, unknown>;
  const parameters = renamed(service, written);
  return Object.keys(parameters).length > 0 ? parameters : null;
}

function renamed(service: string, parameters: Record<string, unknown>): Record<string, unknown> {
  if (service === 's3' && 'bucket' in parameters) {
    const { bucket, ...others } = parameters;
    return { bucketName: bucket, Host: `${bucket}.s3.amazonaws.com`, ...others };
  }
  if (service === 'ec2' && 'instanceIds' in parameters) {
    const { instanceIds, ...others } = parameters;
    const items = (instanceIds as readonly string[]).map((instanceId) => ({ instanceId }));
    return { instancesSet: { items }, ...others };
  }
  return parameters;
}

function writtenAs(schema: NormalizedSchema, value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  if (schema.isListSchema())
    return (value as unknown[]).map((item) => writtenAs(schema.getValueSchema(), item));
  if (schema.isMapSchema())
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, writtenAs(schema.getValueSchema(), item)]),
    );
  if (!schema.isStructSchema()) return value;
  const members = schema.getMemberSchemas();
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => {
      const member = members[name];
      if (part === undefined || !member || member.isBlobSchema()) return [];
      return [[`${name.charAt(0).toLowerCase()}${name.slice(1)}`, writtenAs(member, part)]];
    }),
  );
}
