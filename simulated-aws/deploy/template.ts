/** A synthesized CloudFormation template, as far as a deployment reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** What intrinsic functions refer to: physical ids by logical id, and the pseudo parameters. */
export interface References {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly physicalIds: ReadonlyMap<string, { readonly type: string; readonly id: string }>;
}

/**
 * Resolves the intrinsic functions in a property: Ref, Fn::GetAtt of an Arn or a name, Fn::Join, Fn::Sub without a map.
 * @throws Error on any other function, or on a resource that is not in the stack.
 */
export function resolve(value: unknown, references: References): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, references));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name === 'Ref') return refer(String(argument), references);
  if (entries.length === 1 && name?.startsWith('Fn::')) return call(name, argument, references);
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, references)]));
}

function call(name: string, argument: unknown, references: References): string {
  if (name === 'Fn::GetAtt' && Array.isArray(argument) && argument[1] === 'Arn')
    return arnOf(String(argument[0]), references);
  if (name === 'Fn::GetAtt' && Array.isArray(argument) && /^(Queue|Topic)Name$/.test(String(argument[1])))
    return lastPart(refer(String(argument[0]), references));
  if (name === 'Fn::Join' && Array.isArray(argument)) {
    const parts = resolve(argument[1], references);
    if (Array.isArray(parts)) return parts.join(String(argument[0]));
  }
  if (name === 'Fn::Sub' && typeof argument === 'string')
    return argument.replaceAll(/\$\{([\w:]+)\}/g, (_, reference: string) => refer(reference, references));
  throw new Error(`a deployment does not resolve ${name} of ${JSON.stringify(argument)}`);
}

function refer(name: string, { account, region, stackName, physicalIds }: References): string {
  const pseudo: Record<string, string> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const value = pseudo[name] ?? physicalIds.get(name)?.id;
  if (value === undefined) throw new Error(`the stack has no resource ${name}`);
  return value;
}

function arnOf(logicalId: string, references: References): string {
  const { account, region, physicalIds } = references;
  const resource = physicalIds.get(logicalId);
  if (!resource) throw new Error(`the stack has no resource ${logicalId}`);
  if (resource.id.startsWith('arn:')) return resource.id;
  const name = lastPart(resource.id);
  const arns: Record<string, string> = {
    'AWS::Lambda::Function': `arn:aws:lambda:${region}:${account}:function:${name}`,
    'AWS::IAM::Role': `arn:aws:iam::${account}:role/${name}`,
    'AWS::SQS::Queue': `arn:aws:sqs:${region}:${account}:${name}`,
    'AWS::S3::Bucket': `arn:aws:s3:::${name}`,
    'AWS::Events::Rule': `arn:aws:events:${region}:${account}:rule/${name}`,
    'AWS::Scheduler::Schedule': `arn:aws:scheduler:${region}:${account}:schedule/default/${name}`,
    'AWS::CloudWatch::Alarm': `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
  };
  const arn = arns[resource.type];
  if (!arn) throw new Error(`a deployment does not know the ARN of a ${resource.type}`);
  return arn;
}

/** A name in a URL or an ARN. */
const lastPart = (id: string): string => id.split(/[/:]/).at(-1) ?? id;
