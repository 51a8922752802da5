import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inPackage, PACKAGE_ROOT } from '../../../build/package.ts';
import type { Ministack } from '../../../lab/testbed/ministack.ts';
import { temporaryFolder } from '../../../simulated-aws/host/temporary-folder.ts';
import { collect } from '../../cli/cli-process.ts';
import { commandsOf } from '../../docs/documented-commands.ts';
import { ON_IDLE_TIME } from '../../idle-time/preload.ts';

const GUARD = new URL('../../../simulated-aws/host/loopback-guard.mjs', import.meta.url).href;
const ON_TERMINAL = fileURLToPath(new URL('../../cli/on_terminal.py', import.meta.url));

export interface Shown {
  readonly code: number | null;
  /** All that the terminal showed. */
  readonly text: string;
}

/** What a person fills in for what a document leaves open, and types where a command asks. */
interface Choice {
  /** The exit codes that are right; 0 alone without it. */
  readonly codes?: readonly number[];
  readonly fill?: Readonly<Record<string, string>>;
  readonly answers?: readonly string[];
}

/** What git does not keep, and git's own. */
const NOT_CLONED = new Set([
  '.git',
  'node_modules',
  'dist',
  'cdk.out',
  'cdk.context.json',
  'killswitch.config.json',
]);

/** A person in a clone of their own, who has the documents, a terminal and an account, and knows nothing else. */
export class Person {
  /** Documented commands that were run, as the documents have them. */
  readonly ran = new Set<string>();
  readonly #folder = temporaryFolder('killswitch-person-');
  readonly clone = join(this.#folder.path, 'killswitch');
  readonly home = join(this.#folder.path, 'home');
  readonly #documented = new Set(commandsOf().map(({ command }) => command));
  /** Lines that the shell goes on knowing. */
  readonly #exports: string[] = [];

  constructor(private readonly ministack: Ministack) {
    mkdirSync(this.clone, { recursive: true });
    for (const name of readdirSync(PACKAGE_ROOT).filter((each) => !NOT_CLONED.has(each)))
      cpSync(inPackage(name), join(this.clone, name), { recursive: true });
    // In place of `npm ci`, which needs a registry; CI runs it in a fresh checkout.
    symlinkSync(inPackage('node_modules'), join(this.clone, 'node_modules'));
    mkdirSync(join(this.home, '.aws'), { recursive: true });
  }

  /** Writes `~/.aws/credentials`. */
  profile(
    name: string,
    { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string },
  ): void {
    writeFileSync(
      join(this.home, '.aws', 'credentials'),
      `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
      { flag: 'a' },
    );
  }

  /** Runs a command of the documents, word for word. @throws Error when no document has it, or when it ends otherwise. */
  async follows(command: string, { codes = [0], fill = {}, answers = [] }: Choice = {}): Promise<Shown> {
    if (!this.#documented.has(command)) throw new Error(`no document has the command ${command}`);
    const filled = Object.entries(fill).reduce((line, [open, value]) => line.replace(open, value), command);
    if (filled.startsWith('export ')) this.#exports.push(filled);
    const shown = await this.types(filled, answers);
    if (!codes.includes(shown.code ?? -1))
      throw new Error(`${filled} ended with ${shown.code}:\n${shown.text}`);
    this.ran.add(command);
    return shown;
  }

  /** Runs any line, e.g. one that a screen proposes. The file FIRST_HOUR_TRANSCRIPT, if it is named, gets all that is shown. */
  async types(line: string, answers: readonly string[] = []): Promise<Shown> {
    const child = spawn(
      'python3',
      [ON_TERMINAL, ...answers, '--', 'bash', '-c', [...this.#exports, line].join('\n')],
      {
        cwd: this.clone,
        env: this.#environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const { code, stdout, stderr } = await collect(child);
    const text = `${stdout}${stderr}`.replaceAll('\r\n', '\n');
    const { FIRST_HOUR_TRANSCRIPT: file } = process.env;
    if (file) appendFileSync(file, `$ ${line}\n${text}\n(exit code ${code})\n`);
    return { code, text };
  }

  remove(): void {
    this.#folder.remove();
  }

  #environment(): NodeJS.ProcessEnv {
    const { certificate, url } = this.ministack;
    return {
      PATH: process.env['PATH'],
      HOME: this.home,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1', // version 1 of the AWS CLI reads no other
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      ...(certificate ? { AWS_CA_BUNDLE: certificate, NODE_EXTRA_CA_CERTS: certificate } : {}),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      NO_COLOR: '1',
      NODE_OPTIONS: `--import=${GUARD} ${ON_IDLE_TIME}`,
    };
  }
}
