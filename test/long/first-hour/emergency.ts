import { expect, it } from 'vitest';
import { ACCOUNT, aws, incidentIn, keysOf, running, story } from './story.ts';

/** The emergency of the README: nothing is deployed. */
export function anEmergency(): void {
  let machines: string[];
  let key: string;

  it('stops what runs, and disables the key', async () => {
    await story.person.follows('node --version');
    await story.person.follows('export AWS_PROFILE=its-name');
    await story.person.follows('aws sts get-caller-identity');
    await aws('ec2 run-instances --image-id ami-12345678 --instance-type m5.large --count 3');
    await aws('iam create-user --user-name mallory');
    key = (await aws<{ AccessKey: { AccessKeyId: string } }>('iam create-access-key --user-name mallory'))
      .AccessKey.AccessKeyId;
    machines = await running();
    expect(machines).toHaveLength(3);

    await story.person.follows('./killswitch plan');
    expect(await running()).toEqual(machines);
    const fire = await story.person.follows('./killswitch fire', { answers: [ACCOUNT] });
    expect(fire.text).toContain('It is clean now, in what was examined');
    expect(await running()).toEqual([]);
    expect(await keysOf('mallory')).toEqual({ [key]: 'Inactive' });
  });

  it('puts back what was the owner’s', async () => {
    const incident = incidentIn((await story.person.follows('./killswitch incidents')).text);
    const fill = { 'ks-…': incident };
    await story.person.follows('./killswitch restore ks-… --dry-run', { fill });
    expect(await running()).toEqual([]);
    await story.person.follows('./killswitch restore ks-…', { fill, answers: [incident] });
    expect(await running()).toEqual(machines);
    await story.person.follows('./killswitch restore ks-… --user alice', {
      fill: { ...fill, alice: 'mallory' },
      answers: [incident],
    });
    expect(await keysOf('mallory')).toEqual({ [key]: 'Inactive' });
    await story.person.follows('./killswitch restore ks-… --key AKIA…', {
      fill: { ...fill, 'AKIA…': key },
      answers: [incident],
    });
    expect(await keysOf('mallory')).toEqual({ [key]: 'Active' });
  });
}
