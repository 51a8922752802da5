import type { Bundle } from '../../build/bundle/bundle.ts';
import { throttleTo } from '../testbed/rules.ts';
import type { Account } from './account.ts';
import { fireFromHere } from './command-line.ts';
import { noted, type Section } from './measurement.ts';

const USERS = 150;
const PER_SECOND = 5;

/** IAM that takes 5 requests a second: all is slower, and nothing is lost. It takes some minutes. */
export async function measureThrottledKeys(account: Account, cli: Bundle): Promise<Section> {
  const { activeKeys } = await account.plant({ instances: 0, users: USERS, keysPerUser: 2 });
  const { proxy } = account;
  proxy.rules.add(throttleTo({ service: 'iam', perSecond: PER_SECOND, capacity: PER_SECOND }));
  const { report, startedAt } = await fireFromHere(cli, proxy.url, {
    flags: ['--region', 'us-east-1', '--timeout', '900'],
    atMostMs: 960_000,
  });
  await account.expectContained('killswitch fire under throttling');
  const disabled = report.actions.filter(
    ({ verb, status }) => verb === 'disable' && status === 'done',
  ).length;
  const updates = proxy.calls.filter(
    ({ operation, status }) => operation === 'UpdateAccessKey' && status === 200,
  );
  const seconds = (Math.max(...updates.map(({ endedAt = Number.NaN }) => endedAt)) - startedAt) / 1000;
  const refused = proxy.calls.filter(({ fault }) => fault === 'throttle').length;
  const accepted = proxy.calls.filter(
    ({ service, startedAt: at, fault, endedAt }) =>
      service === 'iam' &&
      !fault &&
      at >= startedAt &&
      endedAt !== undefined &&
      endedAt <= startedAt + seconds * 1000,
  ).length;
  return {
    title: `IAM throttled to ${PER_SECOND} requests a second`,
    method: [
      `${USERS} users with two keys each: ${USERS} lists, ${USERS} denies and ${activeKeys} updates at the least. The proxy has a token bucket (capacity ${PER_SECOND}, refill ${PER_SECOND} a second) and throttles as IAM does. Exit code 0, and boto3 finds no active key.`,
    ],
    measurements: [
      {
        what: 'keys Inactive',
        target: String(activeKeys),
        measured: String(disabled),
        value: disabled,
        met: disabled === activeKeys,
        hard: true,
      },
      noted(
        'until the last key was Inactive',
        seconds,
        `${seconds.toFixed(0)} s, ${(accepted / seconds).toFixed(1)} accepted calls a second, ${refused} throttled in all`,
      ),
    ],
  };
}
