import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { botoEnvironment } from '../../../lab/testbed/account-reader.ts';
import { findMoto } from '../../../lab/testbed/moto-installation.ts';
import { type SimulatedAccountServer, serve } from '../../../simulated-aws/wire/server.ts';
import { UNLESS_HANGING } from '../hanging.ts';
import { STARTS_AT, wireAccount } from './wire-account.ts';

const SCRIPT = fileURLToPath(new URL('boto3_calls.py', import.meta.url));

describe('boto3, which shares no code with the SDK', UNLESS_HANGING, () => {
  const { account, endpoint, config } = wireAccount();
  const { accessKeyId, secretAccessKey } = config.credentials;
  const { python } = findMoto();
  let server: SimulatedAccountServer;
  beforeAll(async () => {
    account.ec2.launch('us-east-1', { type: 'm5.large', count: 1, launchedBy: 'owner' });
    account.ec2.requestSpot('us-east-1', {
      type: 'm5.large',
      count: 1,
      persistence: 'persistent',
      launchedBy: 'owner',
    });
    const group = { name: 'workers', type: 't3.micro', min: 0, max: 4, desired: 2, launchedBy: 'owner' };
    account.autoScaling.createGroup('eu-west-1', group);
    account.timeline.advanceTo(STARTS_AT + 600_000);
    server = await serve(endpoint);
  });
  afterAll(() => server.stop());

  it('reads the whole account, and is understood and answered in every protocol', async () => {
    const [file, ...first] = python;
    const { stdout } = await promisify(execFile)(
      file,
      [...first, SCRIPT, server.url, accessKeyId, secretAccessKey],
      {
        env: botoEnvironment(),
      },
    );
    const members = [...account.ec2.instances('eu-west-1')]
      .map(({ id }) => id)
      .sort((a, b) => (a < b ? -1 : 1));
    expect(members).toHaveLength(2);
    expect(JSON.parse(stdout)).toEqual({
      content: {
        regions: 17,
        lifecycles: ['on-demand', 'spot'],
        'spot requests': [['active', 'persistent']],
        groups: [{ name: 'workers', sizes: [0, 4, 2], members, suspended: [] }],
        tagged: members,
        users: [{ name: 'alice', keys: [[accessKeyId, 'Active']], policies: [] }],
      },
      account: '111122223333',
      policy: true,
      topic: true,
      limit: { Amount: '50', Unit: 'USD' },
      object: 'gruß',
      keys: ['a b/ü'],
      launched: '2026-03-01T12:01:00+00:00',
      stopped: ['running', 'stopping'],
      errors: {
        ec2: ['InvalidInstanceID.NotFound', 400],
        iam: ['NoSuchEntity', 404],
        budgets: ['NotFoundException', 400],
        lambda: ['ResourceNotFoundException', 404],
        s3: ['NoSuchKey', 404],
        's3 head': ['404', 404],
        'not simulated': ['NotSimulated', 501],
      },
    });
    expect(endpoint.defects).toEqual([]);
    expect(endpoint.notSimulated).toEqual(['ec2 GetConsoleOutput']);
  });
});
