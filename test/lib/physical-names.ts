import { createHash } from 'node:crypto';
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
  if (Array.isArray(value)) return value.map((item) => deployed(item, json, stackName));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name === 'Ref') return reference(json, String(argument), stackName);
  if (entries.length === 1 && name === 'Fn::GetAtt' && argument[1] === 'Arn')
    return arn(json, argument[0], stackName);
  if (entries.length === 1 && name === 'Fn::Join') {
    const [separator, parts] = deployed(argument, json, stackName) as [string, string[]];
    return parts.join(separator);
  }
  if (name?.startsWith('Fn::')) throw new Error(`${name} is not resolved here`);
  return Object.fromEntries(entries.map(([key, item]) => [key, deployed(item, json, stackName)]));
}

function reference(json: TemplateJson, id: string, stackName: string): string {
  const type = json.Resources[id]?.Type;
  if (type === 'AWS::SNS::Topic') return arn(json, id, stackName);
  if (type === 'AWS::SQS::Queue')
    return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${physicalName(json, id, stackName)}`;
  if (type) return physicalName(json, id, stackName);
  throw new Error(`the reference to ${id} is not resolved here`);
}

function arn(json: TemplateJson, id: string, stackName: string): string {
  const name = physicalName(json, id, stackName);
  const types: Readonly<Record<string, string>> = {
    'AWS::SNS::Topic': `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`,
    'AWS::SQS::Queue': `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
    'AWS::Lambda::Function': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
    'AWS::IAM::Role': `arn:aws:iam::${ACCOUNT}:role/${name}`,
  };
  const found = types[json.Resources[id]?.Type ?? ''];
  if (!found) throw new Error(`the ARN of ${id} is not resolved here`);
  return found;
}
