import { describe, expect, it } from 'vitest';
import { readIncident } from '../../lab/incidents/incident-file.ts';
import { incidentPath } from '../../lab/incidents/index.ts';
import { stack } from '../../lab/replay/defences/stack.ts';
import { incidentWith, STARTS_AT } from '../lab/intruder/attacked-account.ts';

const AGAINST_HANGING_MS = 600_000;
const owner = {
  users: ['owner'],
  machines: [{ name: 'web', region: 'us-east-1', type: 't3.micro', count: 1 }],
  readsMailAfterHours: 24,
};
const launch = {
  do: 'launch',
  atMinute: 5,
  regions: ['us-east-1', 'ap-south-1'],
  type: 'c5.4xlarge',
  count: 5,
};

describe('the real stack in a replay', () => {
  it(
    'stops the intruder seconds after Budgets sees the spend, and the report says so',
    async () => {
      const steps = [
        { do: 'create-user', atMinute: 1, name: 'svc', keys: 2 },
        { do: 'session', atMinute: 2, hours: 36 },
        { ...launch, protect: ['termination', 'stop'] },
        { ...launch, atMinute: 600 },
      ];
      const incident = incidentWith({
        lastsDays: 2,
        owner,
        intruder: { got: 'leaked-key', atHour: 0, steps },
      });
      const course = await stack.play(incident);
      const { measures } = course;
      const seen = course.marks.find(({ kind }) => kind === 'budgets-sees-it')?.at;
      expect(seen).toBe(STARTS_AT + 8 * 3_600_000);
      expect(measures.minutesToFirstStop).toBeGreaterThanOrEqual(480);
      expect(measures.minutesToLastStop).toBeLessThan(482);
      expect(measures.minutesToCredentialsDead).toBeLessThan(482);
      expect(measures.minutesToClean).toBeLessThan(483);
      // Ten machines for eight hours; the late launch failed.
      expect(measures.dollars).toBeCloseTo(10 * 0.68 * (475 / 60), 0);
      expect(course.remarks).toEqual([]);
    },
    AGAINST_HANGING_MS,
  );

  it(
    'leaves what it does not reach to the owner, and says what that is',
    async () => {
      const steps = [
        { do: 'assume-role', atMinute: 1, role: 'worker', hours: 12 },
        { do: 'fargate', atMinute: 3, regions: ['us-east-1'], clusters: 5, tasksEach: 20, vcpu: 4, gb: 8 },
        launch,
      ];
      const reactions = { everyMinutes: 10, relaunch: true };
      const intruder = { got: 'leaked-key', atHour: 0, steps, reactions };
      const { measures, remarks } = await stack.play(incidentWith({ lastsDays: 3, owner, intruder }));
      expect(measures.minutesToFirstStop).toBeLessThan(482);
      expect(measures.minutesToLastStop).toBeGreaterThan(32 * 60);
      expect(measures.minutesToClean).toBeGreaterThan(32 * 60);
      expect(remarks.join(' ')).toMatch(/of what was lost were Fargate tasks: ECS is not reached yet/);
      expect(remarks.join(' ')).toMatch(/by a role’s session: roles are not reached yet/);
      expect(remarks.join(' ')).toMatch(/The function was woken once more/);
    },
    AGAINST_HANGING_MS,
  );

  it(
    'stops an owner who exceeds the own limit, which the figures show, and is no false fire',
    async () => {
      const machines = [{ name: 'big', region: 'us-east-1', type: 'c5.4xlarge', count: 11 }];
      const incident = incidentWith({ lastsDays: 1, owner: { ...owner, machines } });
      const { measures, points } = await stack.play(incident);
      expect(measures).toMatchObject({ dollars: 0, falseFires: 0, firesAtLimit: 1 });
      // Eleven machines at $0.68 for eight hours.
      expect(points.at(-1)?.totalUsd).toBeCloseTo(11 * 0.68 * 8, 0);
    },
    AGAINST_HANGING_MS,
  );

  it(
    'comes out the same each time',
    async () => {
      const incident = readIncident(incidentPath('leaked-key'));
      const [one, other] = [await stack.play(incident), await stack.play(incident)];
      expect(other).toEqual(one);
      expect(one.measures.dollars).toBeLessThan(200);
      expect(one.measures.minutesToClean).toBeLessThan(24 * 60);
    },
    AGAINST_HANGING_MS,
  );
});
