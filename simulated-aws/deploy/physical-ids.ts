import type { SimulatedAccount } from '../account.ts';
import type { References, Template, TemplateResource } from './template.ts';

interface Where {
  readonly account: SimulatedAccount;
  readonly region: string;
  readonly stack: string;
}

/**
 * The physical id of each resource of a template. CloudFormation makes a name from the stack, the logical id and twelve
 * random letters, unless the template names the resource. The id of a topic is its ARN, that of a role its name.
 * Source: CloudFormation template reference, AWS::IAM::Role, "Return values".
 * @throws Error for a name that is not plain text.
 */
export function physicalIdsOf({ Resources }: Template, where: Where): References['physicalIds'] {
  return new Map(
    Object.entries(Resources).map(([logicalId, resource]) => [
      logicalId,
      { type: resource.Type, id: physicalId(logicalId, resource, where) },
    ]),
  );
}

function physicalId(
  logicalId: string,
  resource: TemplateResource,
  { account, region, stack }: Where,
): string {
  const { accountId, random } = account;
  const suffix = random.base32(12);
  // Names have room for 63 or 64 characters; CloudFormation shortens the logical id.
  const name = givenName(resource) ?? `${stack}-${logicalId.slice(0, 49 - stack.length)}-${suffix}`;
  switch (resource.Type) {
    case 'AWS::SNS::Topic':
      return `arn:aws:sns:${region}:${accountId}:${name}`;
    case 'AWS::S3::Bucket':
      return name.toLowerCase();
    case 'AWS::SQS::Queue':
      return `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
    default:
      return name;
  }
}

/** The property that names a resource, by its type. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
};

function givenName({ Type, Properties = {} }: TemplateResource): string | undefined {
  const name = Properties[NAMES[Type] ?? ''];
  if (name === undefined || typeof name === 'string') return name;
  throw new Error(`the name of a ${Type} is not plain text: ${JSON.stringify(name)}`);
}
