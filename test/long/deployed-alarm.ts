import {
  type Budget,
  BudgetsClient,
  CreateBudgetCommand,
  DeleteBudgetCommand,
  DescribeBudgetCommand,
} from '@aws-sdk/client-budgets';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Deployment } from '../../lab/simulation/killswitch-stack.ts';
import { deployStack } from '../../lab/testbed/deploy.ts';
import type { Mail } from '../../lab/testbed/mailbox.ts';
import { budgetHistory } from '../../lab/testbed/moto-gaps.ts';
import { PLANTER } from '../../lab/testbed/planted-account.ts';
import { startTestbed, type Testbed } from '../../lab/testbed/testbed.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { budgetMessage } from '../../simulated-aws/services/budgets/budget-message.ts';
import { lambdaEventOf } from '../../simulated-aws/services/sns/sns-event.ts';
import { ON_FAST_IDLE_TIME } from '../idle-time/preload.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';

export const LIMIT_USD = 50;
const WRITES_OF_OWN = /^(PutObject|Publish)$/;

/** The deployed stack, its budget, and what can reach its function. */
export class DeployedAlarm {
  private constructor(
    readonly testbed: Testbed,
    readonly deployment: Deployment,
    private readonly original: Budget,
  ) {}

  /** Plants the owner and his allowlisted key, and deploys. @returns the alarm and that key. */
  static async deploy(): Promise<{ readonly alarm: DeployedAlarm; readonly ownerKey: string }> {
    const testbed = await startTestbed({
      moto: await emptyMoto(),
      retryDelayMs: 10,
      env: { NODE_OPTIONS: ON_FAST_IDLE_TIME },
    });
    const owner = await testbed.account.user('owner', 1);
    const ownerKey = owner.accessKeys[0]?.accessKeyId ?? '';
    const deployment = await deployStack({
      ...testbed,
      actualSpendUsd: 0,
      settings: {
        email: 'owner@example.com',
        monthlyBudgetUsd: LIMIT_USD,
        allow: { accessKeys: [ownerKey] },
        // moto's schedules never fire. Without them no run goes on until they do, beside the next message's.
        tripwire: { enabled: false },
      },
    });
    const query = { AccountId: deployment.account, BudgetName: deployment.outputs.BudgetName };
    const { Budget: original } = await budgets(testbed).send(new DescribeBudgetCommand(query));
    if (!original) throw new Error('the deployed budget is not in moto');
    const alarm = new DeployedAlarm(testbed, deployment, original);
    alarm.clearFaults();
    return { alarm, ownerKey };
  }

  /** Takes all injected faults back. */
  clearFaults(): void {
    this.testbed.proxy.rules.clear();
    // Asked for in the first days of a month only; moto does not have it.
    this.testbed.proxy.rules.add(budgetHistory([]));
  }

  /** Replaces the budget by an edited one; moto has no UpdateBudget. */
  async budget(actualUsd: number, edit: Partial<Budget> = {}): Promise<void> {
    await this.deleteBudget();
    const spend = { ActualSpend: { Amount: String(actualUsd), Unit: 'USD' } };
    const Budget = { ...this.original, CalculatedSpend: spend, ...edit };
    const create = new CreateBudgetCommand({ AccountId: this.deployment.account, Budget });
    await budgets(this.testbed).send(create);
  }

  async deleteBudget(): Promise<void> {
    const { account, outputs } = this.deployment;
    const gone = new DeleteBudgetCommand({ AccountId: account, BudgetName: outputs.BudgetName });
    await budgets(this.testbed)
      .send(gone)
      .catch((thrown: Error) => {
        if (thrown.name !== 'NotFoundException') throw thrown;
      });
  }

  /** What Budgets would publish about that spend. */
  message(actualUsd: number) {
    const { account, outputs } = this.deployment;
    return budgetMessage({ account, name: outputs.BudgetName, limitUsd: LIMIT_USD, actualUsd });
  }

  /** Publishes to a topic, waits until the function has dealt with it, and returns the message's id. */
  async publish(
    TopicArn: string,
    message: { readonly Subject?: string; readonly Message: string },
  ): Promise<string> {
    const { moto, bridge } = this.testbed;
    const sns = new SNSClient({ endpoint: moto.url, region: this.deployment.region, credentials: PLANTER });
    const { MessageId = '' } = await sns.send(new PublishCommand({ TopicArn, ...message }));
    await bridge.lambda.idle();
    return MessageId;
  }

  /** Hands the function a message of the alarm topic, without waiting: SNS may deliver one more than once. */
  deliver(id: string, actualUsd: number): void {
    const { alarmTopic, functionName } = this;
    const event = lambdaEventOf({
      ...this.message(actualUsd),
      Type: 'Notification',
      MessageId: id,
      TopicArn: alarmTopic,
      Timestamp: new Date().toISOString(),
      SignatureVersion: '1',
      Signature: '',
      SigningCertURL: '',
      UnsubscribeURL: '',
    });
    this.testbed.bridge.lambda.invokeAsync(functionName, event);
  }

  /** Delivers a message, and returns when the function has read the budget for it. */
  async deliverAndLetJudge(id: string, actualUsd: number): Promise<void> {
    const { proxy } = this.testbed;
    const judged = new Promise<void>((resolve) => {
      proxy.onCall = ({ operation }, phase) => {
        if (operation === 'DescribeBudget' && phase === 'after') resolve();
      };
    });
    this.deliver(id, actualUsd);
    await judged;
    delete proxy.onCall;
  }

  /** Invokes the function and returns its answer; the error is what it threw. */
  async invoke(event: unknown) {
    const { payload, error } = await this.testbed.bridge.lambda.invoke(this.functionName, event);
    return { payload: payload as Report & { readonly mode?: string }, error };
  }

  /** The reports in the journal bucket, with the mail beside each, by the id of their trigger; a repeat's come later. */
  async reports(): Promise<{ readonly report: Report; readonly mail: string }[]> {
    const s3 = new S3Client({
      endpoint: this.testbed.moto.url,
      region: this.deployment.region,
      credentials: PLANTER,
      forcePathStyle: true,
    });
    const Bucket = this.deployment.outputs.JournalBucketName;
    const read = async (Key: string) =>
      (await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? '';
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    const keys = Contents.flatMap(({ Key }) => (Key?.endsWith('/report.json') ? Key : []));
    const all = keys.map(async (key) => ({
      report: JSON.parse(await read(key)) as Report,
      mail: await read(key.replace('report.json', 'mail.txt')),
    }));
    return Promise.all(all);
  }

  /** The reports about one trigger. */
  async reportsOn(trigger: string) {
    return (await this.reports()).filter(({ report }) => report.trigger.id === trigger);
  }

  /** Mails that came while `work` was done, and the calls by which it changed anything but its own records. */
  async during(work: () => Promise<unknown>): Promise<{
    readonly mails: readonly Mail[];
    readonly changes: readonly string[];
    readonly calls: number;
  }> {
    const { proxy, mailbox } = this.testbed;
    const [mailsBefore, callsBefore] = [mailbox.mails.length, proxy.calls.length];
    await work();
    const calls = proxy.calls.slice(callsBefore).map(({ operation }) => operation);
    return {
      mails: mailbox.mails.slice(mailsBefore),
      changes: calls.filter((name) => !/^(Describe|Get|List)/.test(name) && !WRITES_OF_OWN.test(name)),
      calls: calls.length,
    };
  }

  get alarmTopic(): string {
    return this.deployment.outputs.AlarmTopicArn;
  }

  get functionName(): string {
    return this.deployment.outputs.FunctionName;
  }
}

const budgets = ({ moto }: Testbed): BudgetsClient =>
  new BudgetsClient({ endpoint: moto.url, region: 'us-east-1', credentials: PLANTER });
