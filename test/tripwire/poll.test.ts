import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';
import { pollInTurn } from '../../lambda/tripwire/poll.ts';
import { HOME, HOUR_MS, MINUTE_MS, TickSetup } from './tick-setup.ts';

let setup: TickSetup;
afterEach(() => setup.stop());

const LATE_MS = 20 * MINUTE_MS;
interface Asked {
  readonly at: number;
  readonly what: string;
  readonly since: number;
}

/** What polls at these moments asked for. */
async function askedAt(moments: readonly number[], everyMinutes = 5): Promise<Asked[]> {
  for (const region of DEFAULT_REGIONS) setup.account.guardDuty.enable(region);
  for (const at of moments) {
    await setup.conductor.runTo(at);
    await setup.during(pollInTurn(setup.deps({ everyMinutes }), at));
  }
  const times = [...moments];
  return setup.endpoint.calls.flatMap(({ operation, region, input, startedAt }) => {
    const at = times.filter((time) => time <= startedAt).at(-1) ?? 0;
    if (operation === 'ListFindings') {
      const { FindingCriteria } = input as {
        FindingCriteria: { Criterion: { updatedAt: { GreaterThanOrEqual: number } } };
      };
      return { at, what: region, since: FindingCriteria.Criterion.updatedAt.GreaterThanOrEqual };
    }
    if (operation !== 'LookupEvents') return [];
    const { LookupAttributes, StartTime } = input as {
      LookupAttributes: { AttributeValue: string }[];
      StartTime: Date | number;
    };
    const since = StartTime instanceof Date ? StartTime.getTime() : StartTime * 1000;
    return { at, what: LookupAttributes[0]?.AttributeValue ?? '', since };
  });
}

/**
 * Polls that left a hole: something that arrived 20 minutes late is in neither this poll nor the one before.
 */
function unseen(asked: readonly Asked[]): string[] {
  const last = new Map<string, number>();
  return asked.flatMap(({ at, what, since }) => {
    const before = last.get(what);
    last.set(what, at);
    // What had happened before the last poll, but had not arrived by then, is asked for now.
    return before === undefined || since <= before - LATE_MS
      ? []
      : [`${what} at ${new Date(at).toISOString()}`];
  });
}

const ACTS = [
  'CreateAccessKey',
  'CreateLoginProfile',
  'CreateUser',
  'EnableRegion',
  'ModifyInstanceAttribute',
];
const OTHERS = DEFAULT_REGIONS.filter((region) => region !== HOME);

describe('the rotation of polls', () => {
  it.each([1, 2, 5, 10, 15])(
    'asks for every region and act, and misses nothing, every %i minutes',
    async (every) => {
      setup = new TickSetup();
      const start = setup.now;
      const rounds = 2 * OTHERS.length + 1;
      const moments = Array.from({ length: rounds }, (_, n) => start + n * every * MINUTE_MS);
      const asked = await askedAt(moments, every);
      expect(new Set(asked.map(({ what }) => what))).toEqual(new Set([...OTHERS, ...ACTS]));
      expect(unseen(asked)).toEqual([]);
      const round = OTHERS.length * every * MINUTE_MS;
      const firsts = asked.filter(({ at }) => at < start + round).map(({ what }) => what);
      expect(new Set(firsts)).toEqual(new Set([...OTHERS, ...ACTS]));
    },
  );

  it('misses nothing when ticks come each minute, or at the edge of a turn', async () => {
    setup = new TickSetup();
    const edge = Math.ceil(setup.now / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
    // Alternately a second after and before the edge: two ticks in one turn, none in the next.
    const moments = Array.from({ length: 2 * OTHERS.length + 3 }, (_, n) => {
      return edge + n * 5 * MINUTE_MS + (n % 2 === 0 ? 1_000 : -1_000);
    });
    const paced = moments.flatMap((at) => [0, 1, 2, 3].map((minute) => at + minute * MINUTE_MS));
    expect(unseen(await askedAt(paced))).toEqual([]);
  });

  it('misses nothing when a tick is missing', async () => {
    setup = new TickSetup();
    const start = setup.now;
    const all = Array.from({ length: 3 * OTHERS.length }, (_, n) => start + n * 5 * MINUTE_MS);
    expect(unseen(await askedAt(all.filter((_, n) => n !== OTHERS.length + 3)))).toEqual([]);
  });

  it('leaves out regions whose findings are forwarded', async () => {
    setup = new TickSetup();
    await setup.during(pollInTurn(setup.deps({ forwardedRegions: OTHERS }), setup.now));
    expect(setup.endpoint.calls.map(({ service }) => service)).not.toContain('guardduty');
  });
});

describe('a user that AWS has quarantined', () => {
  const quarantine = (name: string, version = 'V4') => {
    const { iam } = setup.account;
    iam.createUser(name);
    iam.createAccessKey(name);
    iam.attachUserPolicy(name, `arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantine${version}`);
  };

  it('is looked for once an hour, and found', async () => {
    setup = new TickSetup();
    quarantine('ci');
    const found = [];
    for (let tick = 0; tick < 13; tick++) {
      found.push(...(await setup.during(pollInTurn(setup.deps(), setup.now))).signals);
      await setup.wait(5 * MINUTE_MS);
    }
    expect(found.length).toBeGreaterThanOrEqual(1);
    expect(found.length).toBeLessThanOrEqual(2);
    expect(found[0]).toMatchObject({ kind: 'exposed-key', id: 'quarantined:ci', users: ['ci'] });
  });

  it('is found under a version that is still to come', async () => {
    setup = new TickSetup();
    quarantine('ci', 'V12');
    const onTheHour = Math.ceil(setup.now / HOUR_MS) * HOUR_MS;
    await setup.conductor.runTo(onTheHour);
    const { signals } = await setup.during(pollInTurn(setup.deps(), onTheHour));
    expect(signals).toMatchObject([{ kind: 'exposed-key', id: 'quarantined:ci', users: ['ci'] }]);
  });

  it.each(['throttle', 'hang', 'access-denied', 'garbage'] as const)(
    'is a problem when IAM answers with %s, after 10 s at most',
    async (kind) => {
      setup = new TickSetup();
      const onTheHour = Math.ceil(setup.now / HOUR_MS) * HOUR_MS;
      await setup.conductor.runTo(onTheHour);
      setup.setFaults({ when: { operation: 'GetAccountAuthorizationDetails' }, fault: { kind } });
      const { signals, problems } = await setup.during(pollInTurn(setup.deps(), onTheHour));
      expect(signals).toEqual([]);
      expect(problems).toEqual([expect.stringMatching(/^users could not be listed: /)]);
      expect(setup.now - onTheHour).toBeLessThanOrEqual(10_000);
    },
  );
});
