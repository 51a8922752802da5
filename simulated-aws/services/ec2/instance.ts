/** EC2's states with their codes. Source: API_InstanceState. */
export const STATE_CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;
export type InstanceState = keyof typeof STATE_CODES;
export const INSTANCE_STATES = Object.keys(STATE_CODES) as InstanceState[];

export type Lifecycle = 'on-demand' | 'spot';

/** What a launch starts, and how it is protected. */
export interface Launch {
  readonly type: string;
  readonly count: number;
  /** Name of the principal who pays for it in the ledger: `owner`, `intruder`. */
  readonly launchedBy: string;
  readonly lifecycle?: Lifecycle;
  /**
   * What the bill says for each, in US dollars an hour, where a reservation, a Savings Plan or the free tier covers it; the
   * list price when missing.
   */
  readonly billedUsdPerHour?: number;
  readonly spotRequestId?: string;
  /** The Auto Scaling group of the instances. */
  readonly group?: string;
  readonly disableApiStop?: boolean;
  readonly disableApiTermination?: boolean;
  /** The root disk is an instance store instead of an EBS volume. */
  readonly instanceStore?: boolean;
  /** One of the region's three zones; by chance when missing. */
  readonly zone?: string;
  readonly imageId?: string;
  /** The service that operates the instances for the account: `eks.amazonaws.com`. */
  readonly operator?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** One launch, shared by all its instances. */
export interface Launched {
  readonly reservationId: string;
  readonly region: string;
  readonly zone: string;
  readonly imageId: string;
  readonly launch: Launch;
  readonly tags: Readonly<Record<string, string>>;
  readonly usdPerHour: number;
  /** Virtual ms from which DescribeInstances shows them. */
  readonly visibleAt: number;
}

/** One instance. It is small, since an account may have a hundred thousand. Times are virtual ms since 1970. */
export class SimulatedInstance {
  state: InstanceState = 'pending';
  /** When it entered its state. */
  changedAt: number;
  /** When it was last started. */
  launchedAt: number;
  /** EC2's StateTransitionReason: `User initiated (2026-01-31 23:59:59 GMT)`, or empty. */
  transition = '';
  disableApiStop: boolean;
  disableApiTermination: boolean;

  constructor(
    readonly id: string,
    /** Order of launch in the region. */
    readonly sequence: number,
    /** Place in its reservation. */
    readonly launchIndex: number,
    readonly launched: Launched,
    now: number,
  ) {
    this.changedAt = now;
    this.launchedAt = now;
    this.disableApiStop = launched.launch.disableApiStop ?? false;
    this.disableApiTermination = launched.launch.disableApiTermination ?? false;
  }

  get region(): string {
    return this.launched.region;
  }

  get zone(): string {
    return this.launched.zone;
  }

  get type(): string {
    return this.launched.launch.type;
  }

  get launchedBy(): string {
    return this.launched.launch.launchedBy;
  }

  get lifecycle(): Lifecycle {
    return this.launched.launch.lifecycle ?? 'on-demand';
  }

  get spotRequestId(): string | undefined {
    return this.launched.launch.spotRequestId;
  }

  get group(): string | undefined {
    return this.launched.launch.group;
  }

  get operator(): string | undefined {
    return this.launched.launch.operator;
  }

  get rootDevice(): 'ebs' | 'instance-store' {
    return this.launched.launch.instanceStore ? 'instance-store' : 'ebs';
  }

  get tags(): Readonly<Record<string, string>> {
    return this.launched.tags;
  }

  /** Shutting down or terminated. */
  get isEnding(): boolean {
    return this.state === 'shutting-down' || this.state === 'terminated';
  }
}
