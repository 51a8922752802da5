import '../../simulated-aws/host/loopback-guard.mjs';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { inPackage } from '../../build/package.ts';
import { AIM_USD, find } from './findings.ts';
import { asMarkdown, asText } from './table.ts';

const USAGE = `usage: npm run idle-cost -- [--days N] [--hours N] [--json] [--write]
  --days N   plays N calm days instead of 30, and scales them to a month
  --hours N  plays N hours of an open incident instead of 24, and scales all but the first to a day
  --json     the figures as JSON on stdout, and nothing else there
  --write    also write docs/idle-cost.md
Exit codes: 0 at most $${AIM_USD.toFixed(2)} a month with the always-free tier · 1 more, or an error · 2 bad input`;

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
process.exitCode = await main();

async function main(): Promise<number> {
  const request = readRequest();
  if (!request) return 2;
  const { days, hours, json, write } = request;
  const findings = await find(days, hours, (step) => say(`plays ${step}`));
  console.log(json ? JSON.stringify(findings, null, 1) : `\n${asText(findings)}\n`);
  const command = ['npm run idle-cost --', ...process.argv.slice(2)].join(' ');
  if (write) await writeFile(inPackage('docs', 'idle-cost.md'), asMarkdown(findings, command));
  return findings.idle.usdBeyondFree <= AIM_USD ? 0 : 1;
}

/** @returns undefined after it has said what is wrong. */
function readRequest() {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      options: {
        ...{ json: flag, write: flag },
        days: { type: 'string', default: '30' },
        hours: { type: 'string', default: '24' },
      },
    });
    const [days, hours] = [Number(values.days), Number(values.hours)];
    if (!(days > 0 && days <= 30)) throw new TypeError(`--days: ${values.days} is not a number up to 30`);
    if (!(hours > 1 && hours <= 24))
      throw new TypeError(`--hours: ${values.hours} is not a number over 1, and up to 24`);
    return { days, hours, json: values.json, write: values.write };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    say(`${error.message}\n\n${USAGE}`);
    return undefined;
  }
}

/** Progress goes to stderr, so that --json leaves stdout to the figures. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
