import type { SimulatedInstance } from '../ec2/instance.ts';

/** Source: API_SuspendProcesses. */
export const PROCESSES = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const;
export type Process = (typeof PROCESSES)[number];

export interface Sizes {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

/** What a group is, and what it launches. */
export interface GroupPlan extends Sizes {
  readonly name: string;
  readonly type: string;
  /** Name of the principal who pays for its members in the ledger. */
  readonly launchedBy: string;
  readonly zones?: readonly string[];
  readonly imageId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** New members are protected from scale-in. */
  readonly protectedFromScaleIn?: boolean;
  readonly disableApiStop?: boolean;
  readonly disableApiTermination?: boolean;
  /** The launch template it was created from; only shown. */
  readonly template?: { readonly id: string; readonly name: string };
}

export interface Member {
  readonly instance: SimulatedInstance;
  isHealthy: boolean;
  /** It has run since it was launched. */
  hasRun: boolean;
  isTerminating: boolean;
  readonly isProtectedFromScaleIn: boolean;
}

/** One Auto Scaling group. Times are virtual ms since 1970. */
export class SimulatedGroup {
  sizes: Sizes;
  protectsNewMembers: boolean;
  /** When each suspended process was suspended. */
  readonly suspended = new Map<Process, number>();
  readonly members = new Map<string, Member>();

  constructor(
    readonly region: string,
    readonly plan: GroupPlan,
    /** Order of creation in the account. */
    readonly sequence: number,
    readonly createdAt: number,
  ) {
    const { min, max, desired } = plan;
    this.sizes = { min, max, desired };
    this.protectsNewMembers = plan.protectedFromScaleIn ?? false;
  }

  get name(): string {
    return this.plan.name;
  }

  get zones(): readonly string[] {
    return this.plan.zones ?? ['a', 'b', 'c'].map((zone) => `${this.region}${zone}`);
  }

  runs(process: Process): boolean {
    return !this.suspended.has(process);
  }

  /** Members that count towards the desired capacity. */
  staying(): Member[] {
    return [...this.members.values()].filter(({ isTerminating }) => !isTerminating);
  }
}
