import { Command } from 'commander';
import { counts } from '../../lambda/core/report/mail.ts';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { newRun } from '../../lambda/engine/deps.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { checkAlarmPath, snsOf } from '../deployed/alarm-path.ts';
import { followRun } from '../deployed/follow-run.ts';
import { askOrError } from '../deployed/function.ts';
import { checkGuards } from '../deployed/guards.ts';
import { type Link, linkLines } from '../deployed/link.ts';
import { type DeployedStack, requireStack, stackFlag, stackOption } from '../deployed/stack.ts';
import { tickPath } from '../deployed/tripwire-lines.ts';
import { accountOf } from '../local/caller.ts';
import { type Host, type LocalRun, localRun, openStore } from '../local/local-run.ts';
import { dim, print, say } from '../terminal/console.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { section } from '../terminal/lines.ts';
import { jsonOption, timeoutOption } from '../terminal/options.ts';

interface TestAlarmOptions {
  readonly stack: string;
  readonly timeout: number;
  readonly json?: boolean;
}

const NOT_PROVEN =
  'That AWS Budgets itself may publish: only a real alarm shows that. The topic’s policy says that it may.';

/** `killswitch test-alarm`: one marked message through control topic, function and report. Changes nothing. */
export function testAlarmCommand(host: Host): Command {
  return new Command('test-alarm')
    .description('send a harmless alarm through the deployed kill switch and wait for its report')
    .addOption(stackOption())
    .addOption(timeoutOption(240))
    .addOption(jsonOption())
    .action((options: TestAlarmOptions) => testAlarm(host, options));
}

async function testAlarm(host: Host, options: TestAlarmOptions): Promise<void> {
  const here = localRun(host, options.timeout);
  try {
    const account = await accountOf(here);
    const stack = await requireStack(here, options.stack);
    const startedAt = here.clock.now();
    const run = newRun(startedAt);
    const path = checkAlarmPath(here.clients, stack);
    await publishTest(here.clients, stack, run);
    say(`test ${run} is on its way through ${stack.controlTopic}`);
    const journal = await openStore(here, `s3://${stack.journalBucket}`);
    const report = await followRun(here.clock, journal, run, options.timeout, stack.flag);
    const took = Math.round((here.clock.now() - startedAt) / 1000);
    const links = [...(await path), ...(await proveTickPath(here, stack))];
    if (options.json)
      print(
        JSON.stringify(
          { schemaVersion: 1, account, stack, run, seconds: took, links, notProven: [NOT_PROVEN], report },
          null,
          2,
        ),
      );
    else print(describe(report, links, took));
    const broken = links.some(({ ok }) => !ok);
    const status = `Next: ./killswitch status${stackFlag(options)}`;
    say(dim(broken ? status : 'Next: ./killswitch plan'));
    process.exitCode = broken ? EXIT.incomplete : exitCodeOf(report);
  } finally {
    here.end();
  }
}

/** What wakes the function without Budgets, and when that last happened by its own account. Reads only; never rejects. */
async function proveTickPath({ clients, clock }: LocalRun, stack: DeployedStack): Promise<Link[]> {
  const [guards, status] = await Promise.all([checkGuards(clients, stack), askOrError(clients, stack)]);
  const link = 'the function’s answer';
  if ('error' in status) return [...guards, { link, ok: false, detail: `${status.error}: npx cdk deploy` }];
  const answer = { link, ok: true, detail: `mode ${status.mode}` };
  return [answer, ...tickPath(guards, status.tripwire, stack, clock.now())];
}

async function publishTest(clients: Clients, { controlTopic }: DeployedStack, run: string): Promise<void> {
  const { PublishCommand } = await import('@aws-sdk/client-sns');
  const sns = await snsOf(clients, controlTopic);
  const Message = JSON.stringify({ action: 'test', run });
  await sns.send(new PublishCommand({ TopicArn: controlTopic, Message }), clients.options);
}

function describe(report: Report, links: readonly Link[], took: number): string {
  const planned = counts(report.actions, allKinds);
  return [
    `The test came back in ${took} s: the function runs, looks, and reports. Nothing was changed; the same report comes by mail.`,
    section('A REAL ALARM WOULD HAVE STOPPED', planned.length > 0 ? planned : ['nothing: nothing is there']),
    section(
      'THE FUNCTION COULD NOT LOOK AT',
      report.gaps.map(({ kind, region, error }) => `${kind} in ${region}: ${error}`),
    ),
    section('CHECKED', linkLines(links)),
    section('NOT PROVEN', [NOT_PROVEN]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
