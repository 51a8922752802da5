import type { Timeline } from '../time/timeline.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import type { Regions } from './regions.ts';

/** What all services of one account share. Each takes the part that it needs. */
export interface ServiceContext {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly accountId: string;
  readonly ledger: Ledger;
  readonly regions: Regions;
}
