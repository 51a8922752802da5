import { createHash } from 'node:crypto';
import { resolve } from '../../simulated-aws/deploy/template.ts';
import { ACCOUNT, REGION, type TemplateJson } from './synthesis.ts';

/** The name that CloudFormation would make for a resource without one: stack, logical id and twelve random characters. */
export function physicalName(json: TemplateJson, id: string, stackName = 'Killswitch'): string {
  const random = createHash('sha256').update(id).digest('hex').slice(0, 12);
  const name = `${stackName}-${id}-${random}`;
  const type = json.Resources[id]?.Type;
  if (type === 'AWS::S3::Bucket') return name.toLowerCase().slice(0, 63);
  // Names of functions and roles have 64 characters: CloudFormation shortens the logical id.
  const limit = { 'AWS::Lambda::Function': 64, 'AWS::IAM::Role': 64, 'AWS::SQS::Queue': 80 }[type ?? ''];
  return limit && name.length > limit ? `${name.slice(0, limit - 13)}-${random}` : name;
}

/** A property with what its references would be after a deployment: names, queue URLs and ARNs. */
export function deployed(value: unknown, json: TemplateJson, stackName = 'Killswitch'): unknown {
  const physicalIds = new Map(
    Object.entries(json.Resources).map(([logicalId, { Type: type }]) => {
      const name = physicalName(json, logicalId, stackName);
      return [logicalId, { type, id: PREFIXES[type] ? `${PREFIXES[type]}${name}` : name }];
    }),
  );
  return resolve(value, { account: ACCOUNT, region: REGION, stackName, physicalIds });
}

/** What a reference to such a resource has before its name. Source: CloudFormation, "Return values" of these types. */
const PREFIXES: Readonly<Record<string, string>> = {
  'AWS::SNS::Topic': `arn:aws:sns:${REGION}:${ACCOUNT}:`,
  'AWS::SQS::Queue': `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/`,
};
