import { describe, expect, it } from 'vitest';
import { readIncident } from '../../../lab/incidents/incident-file.ts';
import { incidentPath } from '../../../lab/incidents/index.ts';
import { REPLAY_BEHAVIOURS } from '../../../lab/replay/behaviours.ts';
import { budgetsActions } from '../../../lab/replay/defences/budgets-actions.ts';
import { email } from '../../../lab/replay/defences/email.ts';
import { nobody } from '../../../lab/replay/defences/nobody.ts';
import type { Course, MarkKind } from '../../../lab/replay/playing/measures.ts';
import { behaviour } from '../../simulated-aws/behaviour-test.ts';
import { HOUR, incidentWith, MINUTE, STARTS_AT } from '../intruder/attacked-account.ts';

const story = (name: string) => readIncident(incidentPath(name));
const launch = { do: 'launch', atMinute: 5, type: 'c5.4xlarge', count: 10 };
const hourOf = ({ marks }: Course, kind: MarkKind) => {
  const at = marks.find((mark) => mark.kind === kind)?.at;
  return at === undefined ? undefined : (at - STARTS_AT) / HOUR;
};
const lostAt = ({ points }: Course, at: number) => points.findLast((point) => point.at <= at)?.lostUsd ?? 0;

describe('the stories', () => {
  it('the leaked key costs $5,300 when it is noticed and $5,700 in the end', async () => {
    const course = await nobody.play(story('leaked-key'));
    const noticed = course.marks.find(({ kind }) => kind === 'noticed')?.at ?? 0;
    expect(lostAt(course, noticed) / 5_300).toBeCloseTo(1, 2);
    expect(course.measures.dollars / 5_700).toBeCloseTo(1, 2);
    expect(Math.abs(course.measures.dollars - 5_700)).toBeLessThan(57);
  });

  it('the leaked key starts 200 machines in all 17 regions', () => {
    const steps = story('leaked-key').intruder?.steps ?? [];
    const launches = steps.flatMap((step) => (step.do === 'launch' ? [step] : []));
    expect(launches.reduce((sum, { count, regions }) => sum + count * regions.length, 0)).toBe(200);
    expect(new Set(launches.flatMap(({ regions }) => regions)).size).toBe(17);
  });

  it('the takeover costs ¥18.9 million, with an alarm that nobody read', async () => {
    const incident = story('takeover');
    const { measures } = await nobody.play(incident);
    expect(measures.dollars * (incident.currency?.perUsd ?? 0)).toBeCloseTo(18_900_000, -5);
    expect(measures.warnings).toBeGreaterThan(0);
  });

  it.each(['calm-hobby', 'calm-gpu-afternoon', 'calm-gpu-allowed'])(
    'nothing is lost and nobody is hurt in %s',
    async (name) => {
      for (const defence of [nobody, email, budgetsActions]) {
        const { measures, points } = await defence.play(story(name));
        expect(measures).toMatchObject({
          dollars: 0,
          falseFires: 0,
          minutesToFirstStop: null,
          minutesToClean: null,
        });
        const spent = points.at(-1)?.totalUsd ?? 0;
        expect(spent).toBeGreaterThan(20);
        expect(spent).toBeLessThan(story(name).budgetUsd);
      }
    },
  );

  it('come out the same each time', async () => {
    const [one, other] = [await email.play(story('miners')), await email.play(story('miners'))];
    expect(other).toEqual(one);
  });
});

describe('a person', () => {
  behaviour(REPLAY_BEHAVIOURS, 'person-region-by-region', async () => {
    const owner = { users: ['owner'], readsMailAfterHours: 24, discoversAfterHours: 10 };
    const cleanUp = { startsWith: 'instances', minutesPerRegion: 20, minutesForCredentials: 30 };
    const { measures } = await nobody.play(
      incidentWith({
        owner: { ...owner, cleanUp },
        // First and third in the console's order.
        intruder: {
          got: 'leaked-key',
          atHour: 0,
          steps: [{ ...launch, regions: ['us-east-1', 'us-west-1'] }],
        },
      }),
    );
    expect(measures.minutesToFirstStop).toBe(620);
    expect(measures.minutesToLastStop).toBe(600 + 20 + 1 + 20);
    expect(measures.minutesToCredentialsDead).toBeCloseTo(600 + 40 + 15 + 30, 0);
    // And a round in which nothing is found: seventeen regions and the credentials.
    expect(measures.minutesToClean).toBe(600 + 40 + 15 + 30 + 18);
  });

  behaviour(REPLAY_BEHAVIOURS, 'person-until-clean', async () => {
    const course = await nobody.play(story('miners'));
    const { minutesToCredentialsDead: dead, minutesToLastStop: last } = course.measures;
    // What was relaunched in regions that were cleaned already is stopped in a second round.
    expect(last).toBeGreaterThan(dead ?? Number.POSITIVE_INFINITY);
    expect(course.measures.minutesToClean).toBeGreaterThanOrEqual(last ?? Number.POSITIVE_INFINITY);
  });

  behaviour(REPLAY_BEHAVIOURS, 'person-ends-every-credential', async () => {
    const steps = [
      { do: 'create-user', atMinute: 1, name: 'svc', keys: 2 },
      { do: 'session', atMinute: 2, hours: 36 },
      { do: 'assume-role', atMinute: 3, role: 'worker', hours: 12 },
      { ...launch, regions: ['us-east-1'] },
    ];
    const owner = { users: ['owner'], readsMailAfterHours: 24, discoversAfterHours: 4 };
    for (const got of ['leaked-key', 'takeover']) {
      const { measures } = await nobody.play(incidentWith({ owner, intruder: { got, atHour: 0, steps } }));
      expect(measures.minutesToCredentialsDead).toBeLessThan(5 * 60);
    }
  });

  behaviour(REPLAY_BEHAVIOURS, 'mail-is-read-later', async () => {
    const steps = [{ ...launch, regions: ['us-east-1'] }];
    const course = await email.play(incidentWith({ intruder: { got: 'leaked-key', atHour: 0, steps } }));
    // $6.80 an hour: over $50 before 8:00, when Budgets looks first.
    expect(hourOf(course, 'mail')).toBeCloseTo(8, 1);
    expect(hourOf(course, 'mail-read')).toBeCloseTo(32, 1);
    expect(course.measures.minutesToFirstStop).toBeCloseTo(32 * 60 + 10, 0);
  });
});

describe('native Budgets Actions', () => {
  const owner = {
    users: ['owner', 'helper'],
    machines: [{ name: 'web', region: 'us-east-1', type: 't3.micro', count: 1 }],
    readsMailAfterHours: 24,
  };
  const [early, late] = [
    { ...launch, regions: ['us-east-1'] },
    { ...launch, atMinute: 600, regions: ['eu-west-1'] },
  ];

  behaviour(REPLAY_BEHAVIOURS, 'budgets-actions-named-in-advance', async () => {
    const play = (steps: readonly unknown[]) =>
      budgetsActions.play(incidentWith({ owner, intruder: { got: 'leaked-key', atHour: 0, steps } }));
    const [alone, withUser] = [
      await play([early, late]),
      await play([{ do: 'create-user', atMinute: 3, name: 'svc' }, early, late]),
    ];
    // The leaked user is denied, so that the late launch fails; what runs goes on until somebody reads the mail.
    expect(alone.measures.minutesToCredentialsDead).toBeLessThan(8 * 60 + 2);
    expect(alone.measures.minutesToLastStop).toBeGreaterThan(30 * 60);
    // A user who came later is not among those that were named.
    expect(withUser.measures.minutesToCredentialsDead).toBeGreaterThan(30 * 60);
    expect(withUser.measures.dollars).toBeGreaterThan(alone.measures.dollars * 1.5);
    expect(withUser.remarks.join()).toContain('went on as svc');
  });

  behaviour(REPLAY_BEHAVIOURS, 'budgets-actions-full-slots', async () => {
    const reactions = { everyMinutes: 10, fillPolicySlots: true };
    const intruder = { got: 'leaked-key', atHour: 1, steps: [early], reactions };
    const course = await budgetsActions.play(incidentWith({ owner, intruder }));
    expect(course.remarks.join()).toContain('could not deny ci-deploy anything (LimitExceeded)');
    expect(course.measures.minutesToCredentialsDead).toBeGreaterThan((24 * HOUR) / MINUTE);
  });

  it('stop an owner who exceeds the own limit, where an e-mail only warns', async () => {
    const machines = [{ name: 'big', region: 'us-east-1', type: 'c5.4xlarge', count: 5 }];
    const incident = incidentWith({ owner: { ...owner, machines } });
    expect((await email.play(incident)).measures).toMatchObject({ falseFires: 0, warnings: 2 });
    expect((await budgetsActions.play(incident)).measures).toMatchObject({
      dollars: 0,
      falseFires: 0,
      firesAtLimit: 1,
    });
  });
});
