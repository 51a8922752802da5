import type { References, Template } from '../../testbed/template.ts';
import type { SimulatedAccount } from '../account/account.ts';

interface Where {
  readonly account: SimulatedAccount;
  readonly region: string;
  readonly stack: string;
}

/**
 * What each resource of a template will be called: CloudFormation puts the stack, the logical id and twelve random
 * letters together. For topics and roles this is the ARN.
 */
export function physicalIdsOf({ Resources }: Template, where: Where): References['physicalIds'] {
  return new Map(
    Object.entries(Resources).map(([logicalId, { Type }]) => [
      logicalId,
      { type: Type, id: physicalId(logicalId, Type, where) },
    ]),
  );
}

function physicalId(logicalId: string, type: string, { account, region, stack }: Where): string {
  const { accountId, random } = account;
  const suffix = random.base32(12);
  // Names have room for 63 or 64 characters; CloudFormation shortens the logical id.
  const name = `${stack}-${logicalId.slice(0, 49 - stack.length)}-${suffix}`;
  switch (type) {
    case 'AWS::SNS::Topic':
      return `arn:aws:sns:${region}:${accountId}:${name}`;
    case 'AWS::IAM::Role':
      return `arn:aws:iam::${accountId}:role/${name}`;
    case 'AWS::S3::Bucket':
      return name.toLowerCase();
    case 'AWS::SQS::Queue':
      return `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
    default:
      return name;
  }
}
