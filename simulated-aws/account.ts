import type { ApiLimit } from './core/api-limits.ts';
import { Ledger } from './core/ledger.ts';
import { Random } from './core/random.ts';
import { Regions } from './core/regions.ts';
import type { CallContext, Operation, Operations } from './core/service.ts';
import type { ServiceContext } from './core/service-context.ts';
import { TokenBuckets } from './core/token-buckets.ts';
import { AutoScaling } from './services/auto-scaling/auto-scaling.ts';
import { autoScalingOperations } from './services/auto-scaling/operations.ts';
import { Budgets, type BudgetsOptions } from './services/budgets/budgets.ts';
import { budgetsOperations } from './services/budgets/operations.ts';
import { Stacks, stackOperations } from './services/cloudformation/stacks.ts';
import { CloudTrail } from './services/cloudtrail/cloudtrail.ts';
import { cloudTrailOperations } from './services/cloudtrail/operations.ts';
import { CloudWatch } from './services/cloudwatch/cloudwatch.ts';
import { feedFromFunctions, feedFromQueues } from './services/cloudwatch/feeds.ts';
import { cloudWatchOperations } from './services/cloudwatch/operations.ts';
import { costExplorerOperations } from './services/cost-explorer/cost-explorer.ts';
import { Ec2 } from './services/ec2/ec2.ts';
import { ec2Operations } from './services/ec2/operations.ts';
import { Ecs } from './services/ecs/ecs.ts';
import { Events } from './services/events/events.ts';
import { eventsOperations } from './services/events/operations.ts';
import { GuardDuty } from './services/guardduty/guardduty.ts';
import { guardDutyOperations } from './services/guardduty/operations.ts';
import { Health } from './services/health/health.ts';
import { Iam, type IamOptions } from './services/iam/iam.ts';
import { iamOperations } from './services/iam/operations.ts';
import { Functions } from './services/lambda/functions.ts';
import { lambdaOperations } from './services/lambda/operations.ts';
import { ResourcePolicies } from './services/lambda/resource-policy.ts';
import { pricingOperations } from './services/pricing/pricing.ts';
import { s3Operations } from './services/s3/operations.ts';
import { S3 } from './services/s3/s3.ts';
import { schedulerOperations } from './services/scheduler/operations.ts';
import { Scheduler } from './services/scheduler/scheduler.ts';
import { snsOperations } from './services/sns/operations.ts';
import { Sns } from './services/sns/sns.ts';
import { sqsOperations } from './services/sqs/operations.ts';
import { Sqs } from './services/sqs/sqs.ts';
import { stsOperations } from './services/sts/sts.ts';
import { Timeline } from './time/timeline.ts';

export interface AccountOptions {
  /** Twelve digits; '111122223333' by default. */
  readonly accountId?: string;
  /** When its time begins, in ms since 1970. */
  readonly startsAt: number;
  /** The same seed and the same calls give the same account. */
  readonly seed: number;
  /** Regions that the account has opted in to, beside those that every account has. */
  readonly optedIn?: readonly string[];
  /** Instead of the documented and assumed API limits. */
  readonly limits?: readonly ApiLimit[];
  readonly iam?: IamOptions;
  readonly budgets?: BudgetsOptions;
}

/** One AWS account. Everything in it happens on one timeline, and all chance comes from one seed. */
export class SimulatedAccount {
  readonly accountId: string;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly regions: Regions;
  readonly buckets: TokenBuckets;
  readonly iam: Iam;
  readonly ec2: Ec2;
  readonly autoScaling: AutoScaling;
  readonly ecs: Ecs;
  readonly functions: Functions;
  /** Who may invoke which function. */
  readonly permissions = new ResourcePolicies();
  readonly s3: S3;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly events: Events;
  readonly scheduler: Scheduler;
  readonly cloudWatch: CloudWatch;
  readonly cloudTrail: CloudTrail;
  readonly guardDuty: GuardDuty;
  readonly health: Health;
  readonly budgets: Budgets;
  readonly stacks: Stacks;
  /** Operations by the signing name of their service. */
  readonly services: Record<string, Operations>;

  constructor(options: AccountOptions) {
    const { accountId = '111122223333', startsAt, seed, optedIn, limits } = options;
    const timeline = new Timeline(startsAt);
    const random = new Random(seed);
    const ledger = new Ledger(timeline);
    const regions = new Regions(optedIn);
    const context: ServiceContext = { timeline, random, accountId, ledger, regions };
    this.accountId = accountId;
    this.timeline = timeline;
    this.random = random;
    this.ledger = ledger;
    this.regions = regions;
    this.buckets = limits ? new TokenBuckets(timeline, limits) : new TokenBuckets(timeline);
    this.iam = new Iam(timeline, random, accountId, options.iam);
    this.ec2 = new Ec2(context);
    this.autoScaling = new AutoScaling(context, this.ec2);
    this.ecs = new Ecs(context);
    this.functions = new Functions({ timeline, accountId, iam: this.iam });
    this.s3 = new S3(timeline);
    const { iam, functions, permissions } = this;
    // Chance of their own: how many ids these services need must not change what else happens by chance.
    const ids = new Random(seed + 1);
    this.sqs = new Sqs({ timeline, random: ids, accountId });
    this.sns = new Sns({ timeline, random, accountId, functions, permissions, sqs: this.sqs });
    const services = { timeline, random: ids, accountId, iam, functions, permissions, sqs: this.sqs };
    this.events = new Events({ ...services, sns: this.sns });
    this.scheduler = new Scheduler(services);
    this.guardDuty = new GuardDuty({ ...services, events: this.events });
    this.health = new Health({ ...services, events: this.events });
    this.cloudTrail = new CloudTrail({ timeline, random: ids, iam, events: this.events });
    this.cloudWatch = new CloudWatch({ timeline, accountId, sns: this.sns, events: this.events });
    feedFromFunctions(this.cloudWatch.metrics, functions);
    feedFromQueues(this.cloudWatch.metrics, this.sqs, timeline);
    this.#collectDeadLetters();
    this.budgets = new Budgets({ timeline, random: ids, accountId, ledger, sns: this.sns }, options.budgets);
    this.stacks = new Stacks({ timeline, random, accountId });
    this.services = this.#onRecord({
      ec2: ec2Operations(this.ec2),
      autoscaling: autoScalingOperations(this.autoScaling),
      iam: iamOperations(this.iam),
      sts: stsOperations(this.iam),
      s3: s3Operations(this.s3),
      sns: snsOperations(this.sns),
      sqs: sqsOperations(this.sqs),
      events: eventsOperations(this.events),
      scheduler: schedulerOperations(this.scheduler),
      cloudtrail: cloudTrailOperations(this.cloudTrail),
      guardduty: guardDutyOperations(this.guardDuty),
      monitoring: cloudWatchOperations(this.cloudWatch),
      lambda: lambdaOperations(this.functions, this.permissions),
      budgets: budgetsOperations(this.budgets),
      ce: costExplorerOperations({ timeline, ledger }),
      pricing: pricingOperations(),
      cloudformation: stackOperations(this.stacks),
    });
  }

  /** Adds a service that is not simulated here. The wire needs its model too: `addServiceModel`. */
  addService(service: string, operations: Operations): void {
    Object.assign(this.services, this.#onRecord({ [service]: operations }));
  }

  #collectDeadLetters(): void {
    const { functions, sqs } = this;
    functions.onGivenUp = ({ functionName, event }) =>
      sqs.deadLetter(functions.find(functionName)?.deadLetterArn, event);
  }

  /**
   * Every call is a use of the key that signed it, for GetAccessKeyLastUsed, and CloudTrail may keep a record of it.
   */
  #onRecord(services: Readonly<Record<string, Operations>>): Record<string, Operations> {
    const recorded =
      (service: string, name: string, operation: Operation): Operation =>
      (input: never, context: CallContext) => {
        const { region, principal, now } = context;
        this.iam.recordUse(principal.accessKeyId, { at: now, service, region });
        return this.cloudTrail.performAndRecord(service, name, input, context, () =>
          operation(input, context),
        );
      };
    return Object.fromEntries(
      Object.entries(services).map(([service, operations]) => [
        service,
        Object.fromEntries(
          Object.entries(operations).map(([name, operation]) => [name, recorded(service, name, operation)]),
        ),
      ]),
    );
  }
}
