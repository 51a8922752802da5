import { type Gap, GLOBAL, type Outcome, type Skip } from '../../lambda/core/model.ts';
import type { ReportInput, ScopeFindings } from '../../lambda/core/report/report.ts';
import { allKinds } from '../../lambda/kinds/all.ts';

const START = Date.UTC(2026, 0, 31, 12);

export const outcome = (change: Partial<Outcome> = {}): Outcome => ({
  kind: 'ec2-instance',
  scope: 'us-east-1',
  id: 'i-1',
  verb: 'stop',
  status: 'done',
  ...change,
});
export const skip = (change: Partial<Skip> = {}): Skip => ({
  kind: 'ec2-instance',
  scope: 'us-east-1',
  id: 'i-2',
  skip: 'allowed',
  reason: 'on the allowlist',
  ...change,
});
export const gap = (change: Partial<Gap> = {}): Gap => ({
  kind: 'ec2-instance',
  scope: 'eu-west-1',
  code: 'InternalError',
  error: 'InternalError: try later',
  ...change,
});
export const findings = (change: Partial<ScopeFindings> = {}): ScopeFindings => ({
  scope: 'us-east-1',
  outcomes: [],
  skips: [],
  gaps: [],
  passes: 3,
  quiet: true,
  ...change,
});
/** A run that fired, in two scopes, and found nothing. */
export const input = (change: Partial<ReportInput> = {}): ReportInput => ({
  incident: 'ks-20260131-120000-0001',
  run: 'ks-20260131-120000-0001',
  account: '123456789012',
  caller: 'arn:aws:iam::123456789012:user/alice',
  mode: 'stop',
  acted: true,
  trigger: { source: 'budget', id: 'm-1', sentAt: '2026-01-31T12:00:00Z', text: '' },
  verdict: { level: 'fire', reasons: ['actual spend $60.00 ≥ limit $50.00'] },
  spend: { unavailable: 'AccessDenied' },
  examined: ['EC2 instances', "IAM users' access keys"],
  notExamined: ['ECS'],
  kinds: allKinds,
  startedAt: START,
  endedAt: START + 21_500,
  scopes: [findings({ scope: GLOBAL }), findings()],
  gaps: [],
  ...change,
});
