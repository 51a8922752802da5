import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { ProgressLines } from '../../bin/screen/progress.ts';
import type { Progress } from '../../lambda/contain/scope.ts';
import { GLOBAL } from '../../lambda/core/model.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { gap, outcome } from '../core/report-input.ts';

const START = Date.UTC(2026, 0, 31);
const REGIONS = ['us-east-1', 'eu-west-1', 'sa-east-1'];
const kindNamed = (name: string) => allKinds.find((kind) => kind.name === name);

/** The lines after each step; a step that says no time comes a second after the one before it. */
function linesOf(
  steps: readonly (Partial<Progress> & { readonly at?: number })[],
  first = [GLOBAL, ...REGIONS],
) {
  const lines = new ProgressLines({ first, kindNamed, againMs: 5_000 });
  return steps.map(({ at, ...step }, index) =>
    lines
      .after(
        {
          ...{ scope: 'us-east-1', pass: 1, resources: [], outcomes: [], gaps: [] },
          ...{ isQuiet: true, ended: false, ...step },
        },
        START + (at ?? index) * 1000,
      )
      .map(stripVTControlCharacters),
  );
}
const stop = (scope: string, ids: readonly string[], status: 'done' | 'planned' | 'failed' = 'done') =>
  ids.map((id) => outcome({ scope, id, status }));

it('speaks once of each region, then once a round of all, until they are quiet', () => {
  const [east, europe] = ['us-east-1', 'eu-west-1'];
  expect(
    linesOf([
      { scope: GLOBAL },
      { scope: east, outcomes: stop(east, ['i-1', 'i-2']), isQuiet: false },
      { scope: europe },
      { scope: 'sa-east-1' },
      { scope: east, pass: 2 },
      { scope: europe, pass: 2, ended: true },
      { scope: 'sa-east-1', pass: 2, ended: true },
      { scope: east, pass: 3, ended: true },
    ]).flat(),
  ).toEqual([
    '  IAM              nothing runs',
    '  us-east-1        2 instances stopped',
    '  eu-west-1        nothing runs',
    '  sa-east-1        nothing runs',
    '  looking again in 5 s; 2 of 3 regions quiet',
    '  looking again in 5 s; 3 of 3 regions quiet',
  ]);
});

it('counts machines and not acts', () => {
  const lift = outcome({ id: 'i-1', verb: 'unprotect' });
  const [first, again] = linesOf([
    { outcomes: [lift, ...stop('us-east-1', ['i-1', 'i-1'])] },
    { pass: 2, outcomes: stop('us-east-1', ['i-1', 'i-9']) },
  ]);
  expect(first).toEqual(['  us-east-1        1 instance stopped']);
  expect(again).toEqual(['  us-east-1        1 instance stopped']); // i-9, which came back
});

it('says what a plan would do, what failed, and that a region holds only what is spared', () => {
  const resource = { kind: 'ec2-instance', scope: 'us-east-1', id: 'i-1', facts: {} };
  expect(
    linesOf([
      { outcomes: stop('us-east-1', ['i-1'], 'planned'), ended: true },
      { scope: 'eu-west-1', outcomes: stop('eu-west-1', ['i-2', 'i-2'], 'failed') },
      { scope: 'sa-east-1', resources: [resource] },
    ]).flat(),
  ).toEqual([
    '  us-east-1        would be: 1 instance stopped',
    '  eu-west-1        1 failed',
    '  sa-east-1        nothing to do',
  ]);
});

it('tells the same cause once, however many regions have it', () => {
  const dark = (scope: string) => ({
    scope,
    gaps: ['ec2-instance', 'ec2-spot-request'].map((kind) => gap({ kind, scope, code: 'ENOTFOUND' })),
  });
  expect(linesOf(REGIONS.map(dark)).flat()).toEqual([
    '  us-east-1        could not look: no network (ENOTFOUND)',
  ]);
});

it('tells one cause once, by whatever name AWS calls it', () => {
  const gaps = ['AccessDenied', 'UnauthorizedOperation'].map((code) => gap({ code }));
  expect(linesOf([{ gaps }]).flat()).toEqual([
    '  us-east-1        could not look: missing permission (AccessDenied)',
  ]);
});

it('says that IAM is still at work, and is never silent for more than fifteen seconds of steps', () => {
  const steps = linesOf([
    ...REGIONS.map((scope) => ({ scope, at: 0 })),
    { scope: GLOBAL, isQuiet: false, at: 1 },
    { scope: 'us-east-1', pass: 2, at: 5 },
    { scope: 'us-east-1', pass: 3, at: 20 },
  ]);
  expect(steps.at(-3)).toContain('  looking again in 5 s; 3 of 3 regions quiet, IAM not yet');
  expect(steps.at(-2)).toEqual([]);
  expect(steps.at(-1)).toEqual(['  looking again in 5 s; 3 of 3 regions quiet, IAM not yet']);
});

it('a run of one region does not wait for others', () => {
  expect(linesOf([{ isQuiet: false }], ['us-east-1']).flat()).toHaveLength(2);
});
