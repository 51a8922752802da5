import '../../bin/local/credentials-advice.ts'; // loaded on demand: to virtual time, loading looks like a standstill
import type { AwsCredentialIdentity } from '@smithy/types';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { deployedLists, readLists } from '../../bin/deployed/deployed-lists.ts';
import { saySpared } from '../../bin/local/allow-lists.ts';
import { LookUp } from '../../bin/local/look-up.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { VirtualClock } from '../shell/virtual-clock.ts';

let said: string;
beforeEach(() => {
  said = '';
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9'); // nothing listens there
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function lists(give: () => Promise<AwsCredentialIdentity>, more: { readonly allowDeployed?: boolean }) {
  const clock = new VirtualClock();
  const credentials = async () => {
    await clock.sleep(30_000);
    return give();
  };
  const lookUp = new LookUp();
  const { signal } = new AbortController();
  lookUp.begin(new Clients(clock, signal, undefined, { credentials }), { clock, env: {} }, () => {});
  const host = { env: {}, clock, lookUp, folder: '.' };
  return clock.run(deployedLists(host, { stack: 'Killswitch', timeout: 240, ...more }, []));
}

it('waits for credentials longer than for the function: a person may have to type a code', async () => {
  const wrong = async () => {
    throw Object.assign(new Error('the code was wrong'), { name: 'CredentialsProviderError' });
  };
  await expect(lists(wrong, { allowDeployed: true })).rejects.toThrow('the code was wrong');
});

it('says where the list cannot be read: what it spares is then stopped', async () => {
  expect(await lists(async () => ({ accessKeyId: 'AKIA', secretAccessKey: 'secret' }), {})).toEqual([]);
  expect(said).toContain('what the stack Killswitch spares, if there is one, could not be read: ');
});

it.each([
  ['no list', { accessKeys: [], users: [], instances: [], resources: 'ec2-instance/us-east-1/i-1' }],
  ['an entry that is none', { accessKeys: ['AKIA'], users: [], instances: [] }],
])('does not take %s from an answer: somebody else may have written it', (_, allow) => {
  expect(() => readLists(allow)).toThrow('is no list of what to spare');
});

it('takes the lists of a function of an earlier version', () => {
  const instances = ['i-0123456789abcdef0'];
  expect(readLists({ accessKeys: [], users: [], instances })).toMatchObject({ instances, resources: [] });
});

it('shows entries without what could hide some of them on a terminal', () => {
  saySpared('the stack spares', { resources: ['rds-instance/us-east-1/\u001b[8mdb'] });
  expect(said).toContain('rds-instance/us-east-1/ [8mdb');
});
