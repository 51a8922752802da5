import { expect, it } from 'vitest';
import { ACCOUNT, aws, FORWARDED, output, problems, proposed, SETTINGS, settings, story } from './story.ts';

/** What is deleted or replaced, and the repair that the screens and documents name for it. */
export function whatSomebodyTookAway(): void {
  it('mail that nobody gets any more comes back by the line of status', async () => {
    const topic = await output('ReportTopicArn');
    const [subscription] = await aws<string[]>(
      `sns list-subscriptions-by-topic --topic-arn ${topic} --query "Subscriptions[?Protocol=='email'].SubscriptionArn"`,
    );
    await aws(`sns unsubscribe --subscription-arn ${subscription}`);
    const line = proposed(await problems(), /aws sns subscribe .*/);
    await story.person.types(line.replace('you@example.com', SETTINGS.email));
    expect(await problems()).toEqual([]);
  });

  it('code that was replaced comes back with another word, and not without', async () => {
    const name = await output('FunctionName');
    const code = () =>
      aws<string>(`lambda get-function --function-name ${name} --query Configuration.CodeSha256`);
    const ours = await code();
    await story.person.types(
      'echo "export const handler = async () => ({});" > index.mjs && python3 -m zipfile -c other.zip index.mjs',
    );
    await aws(`lambda update-function-code --function-name ${name} --zip-file fileb://other.zip`);
    const replaced = await code();
    expect(replaced).not.toBe(ours);
    await story.person.follows('npx cdk deploy', { answers: ['y'] });
    expect(await code()).toBe(replaced);
    await story.person.follows('npx cdk deploy -c killswitch:replaceCode=2026-11-27', { answers: ['y'] });
    expect(await code()).not.toBe(replaced);
    expect(await problems()).toEqual([]);
  });

  it('a deleted rule does not come back by a deployment alone, and does by uninstalling first', async () => {
    await aws(`events delete-rule --force --name Killswitch-tamper-function`);
    await story.person.follows('npx cdk deploy', { answers: ['y'] });
    // The option reaches CloudFormation, which alone knows what it does: the emulator takes no notice of it.
    await story.person.follows('npx cdk deploy --revert-drift', { answers: ['y'] });
    expect((await problems()).join()).toContain('Killswitch-tamper-function');

    const bucket = await output('JournalBucketName');
    const gone = await story.person.follows('./killswitch uninstall', { answers: [ACCOUNT] });
    expect(gone.text).toContain(bucket);
    await story.person.follows('./killswitch status', { codes: [4] });
    expect(await aws<string[]>("s3api list-buckets --query 'Buckets[].Name'")).toContain(bucket);
    settings({ guard: { forwardFrom: [FORWARDED] } });
    await story.person.follows('npx cdk deploy --all', { answers: ['y', 'y'] });
    expect(await problems()).toEqual([]);
  });
}
