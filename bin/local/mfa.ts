import { InputError } from '../../lambda/core/settings.ts';
import { say } from '../terminal/console.ts';
import { plain } from '../terminal/lines.ts';
import { ask, InterruptedAtPrompt } from '../terminal/question.ts';

/** Six digits. Source: STS API reference, AssumeRole, TokenCode. */
const CODE = /^\d{6}$/;

/**
 * Asks a person for the code of a profile's `mfa_serial`. AWS checks it.
 * @param over when nobody waits for the code any more
 * @throws InputError without a terminal, and where no code is typed.
 */
export async function mfaCode(serial: string, over: AbortSignal | undefined): Promise<string> {
  const device = plain(serial);
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new InputError([
      `credentials: the profile wants an MFA code of ${device}, and there is no terminal to type it on. Run this in a ` +
        'terminal; or get a session there, with aws configure export-credentials --profile NAME --format env, and ' +
        'set what it prints here instead of the profile',
    ]);
  while (true) {
    const typed = (await ask(`Type the MFA code of ${device}: `, over).catch(interrupted(over)))?.trim();
    if (typed === undefined) throw new InputError(['credentials: no MFA code was typed']);
    if (CODE.test(typed)) return typed;
    say('that is not an MFA code: it has six digits');
  }
}

/** As where the terminal sends the signal itself: what a command says and ends then depends on what it has done. */
const interrupted =
  (over: AbortSignal | undefined) =>
  async (thrown: unknown): Promise<undefined> => {
    if (!(thrown instanceof InterruptedAtPrompt)) throw thrown;
    process.kill(process.pid, 'SIGINT');
    await new Promise((resolve) => over?.addEventListener('abort', resolve, { once: true }));
  };
