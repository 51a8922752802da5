import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type AssetCode,
  Code,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { type ITopic, Subscription, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { writeAssetSettings } from '../build/bundle/asset-settings.ts';
import { inPackage, PACKAGE_ROOT } from '../build/package.ts';
import { REPLACE_CODE } from '../lambda/core/report/repair.ts';
import type { Settings } from '../lambda/core/settings.ts';
import type { EnvironmentName } from '../lambda/env.ts';
import { type GuardNames, ruleNames } from './names.ts';
import { ContainmentRole } from './role.ts';

export interface ContainmentFunctionProps {
  readonly settings: Settings;
  readonly account: string;
  /** Undefined where no budget is deployed. */
  readonly budgetName: string | undefined;
  readonly alarmTopic: ITopic;
  readonly controlTopic: ITopic;
  readonly reportTopic: ITopic;
  readonly journal: Bucket;
  readonly guards: GuardNames;
  readonly stackName: string;
}

/** The Lambda function that contains, its role, its log, and the queues that keep what it could not take. */
export class ContainmentFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;
  /** Events that the function failed on three times, and messages that SNS could not hand to it. */
  readonly queues: { readonly failedEvents: Queue; readonly undelivered: Queue };

  constructor(scope: Construct, id: string, props: ContainmentFunctionProps) {
    super(scope, id);
    const { settings, alarmTopic, controlTopic } = props;
    const failedEvents = deadLetterQueue(this, 'FailedEvents');
    const undelivered = deadLetterQueue(this, 'Undelivered');
    this.queues = { failedEvents, undelivered };
    Validations.of(undelivered).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'It is the dead-letter queue of subscriptions, rules and a schedule; the check knows functions and queues only.',
    });
    const logGroup = new LogGroup(this, 'Log', {
      retention: settings.logRetentionDays,
      // It may hold the only copy of an undo record, when the journal could not be written.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = new ContainmentRole(this, 'Permissions', {
      ...props,
      failedEvents,
      logGroup,
    }).role;
    this.function = new LambdaFunction(this, 'Function', {
      description:
        'Stops every instance in every region and disables every access key that is not allowlisted.',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: functionCode(settings, this.node.tryGetContext(REPLACE_CODE)),
      memorySize: 1024,
      timeout: Duration.minutes(15),
      // No reserved concurrency: a new account has 10 in all, and reserving must leave 100 unreserved.
      role: this.role.withoutPolicyUpdates(),
      logGroup,
      environment: environment(props),
      deadLetterQueue: failedEvents,
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
    });
    subscribe(this, 'Alarm', alarmTopic, this.function, undelivered);
    subscribe(this, 'Control', controlTopic, this.function, undelivered);
  }
}

function environment(props: ContainmentFunctionProps): Record<EnvironmentName, string> {
  return {
    KILLSWITCH_ACCOUNT: props.account,
    KILLSWITCH_BUDGET: props.budgetName ?? '',
    KILLSWITCH_ALARM_TOPIC: props.alarmTopic.topicArn,
    KILLSWITCH_CONTROL_TOPIC: props.controlTopic.topicArn,
    KILLSWITCH_REPORT_TOPIC: props.reportTopic.topicArn,
    KILLSWITCH_JOURNAL_BUCKET: props.journal.bucketName,
    KILLSWITCH_STACK: props.stackName,
    KILLSWITCH_SCHEDULE: props.guards.schedule ?? '',
    KILLSWITCH_RULES: ruleNames(props.guards).join(','),
    KILLSWITCH_ALARMS: Object.values(props.guards.alarms).join(','),
  };
}

function deadLetterQueue(scope: Construct, id: string): Queue {
  return new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
}

function subscribe(
  scope: Construct,
  id: string,
  topic: ITopic,
  target: LambdaFunction,
  undelivered: Queue,
): void {
  target.addPermission(`${id}TopicInvokes`, {
    principal: new ServicePrincipal('sns.amazonaws.com'),
    sourceArn: topic.topicArn,
  });
  new Subscription(scope, `${id}Subscription`, {
    topic,
    protocol: SubscriptionProtocol.LAMBDA,
    endpoint: target.functionArn,
    deadLetterQueue: undelivered,
  });
}

/**
 * The bundle of lambda/ with these settings; its content is its hash, so an unchanged one is not uploaded again.
 * @param upload another word than the last one makes CloudFormation upload it all the same
 */
function functionCode(settings: Settings, upload: unknown): AssetCode {
  return Code.fromAsset(PACKAGE_ROOT, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: tryBundle does it or throws. CDK asks for an image all the same.
      image: DockerImage.fromRegistry('none'),
      // Part of the key under which CDK caches a bundle: two stacks may differ in their settings alone.
      environment: { SETTINGS: JSON.stringify(settings), UPLOAD: String(upload) },
      local: {
        tryBundle: (outputDir) => {
          bundleInChildProcess(outputDir);
          writeAssetSettings(outputDir, settings);
          if (upload !== undefined) writeFileSync(join(outputDir, 'upload.txt'), `${upload}\n`);
          return true;
        },
      },
    },
  });
}

/** Constructs are synchronous and esbuild's plugins are not, so the bundle is made by a process that we wait for. */
function bundleInChildProcess(outputDir: string): void {
  const script = inPackage('build', 'bundle', 'write-function-code.ts');
  const { status, stderr, error } = spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), script, outputDir],
    { cwd: PACKAGE_ROOT, encoding: 'utf8' },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`the function's bundle could not be built:\n${stderr}`);
}
