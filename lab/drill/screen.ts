const styled = process.stdout.isTTY && !process.env['NO_COLOR'];
const style = (code: number) => (text: string) => (styled ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = style(1);
export const dim = style(2);
export const red = style(31);
export const green = style(32);
export const cyan = style(36);

const WIDTH = 78;

/** A line, a step to the right. */
export const say = (text = ''): void => void process.stdout.write(text ? `  ${text}\n` : '\n');

/** The title of a new chapter. */
export const chapter = (title: string): void => say(`\n  ${bold(title)}`);

/** A label with its text. */
export const fact = (label: string, text: string): void => say(`${dim(label.padEnd(14))}${text}`);

/** A document in a frame, wrapped: the mail as it reads. */
export function frame(text: string, maxLines: number): void {
  const lines = text.trimEnd().split('\n').flatMap(wrap);
  say(dim(`╭${'─'.repeat(WIDTH - 4)}`));
  for (const line of lines.slice(0, maxLines)) say(`${dim('│')} ${line}`);
  if (lines.length > maxLines) say(`${dim('│')} ${dim(`… ${lines.length - maxLines} more lines`)}`);
  say(dim(`╰${'─'.repeat(WIDTH - 4)}`));
}

function wrap(line: string): string[] {
  const room = WIDTH - 6;
  if (line.length <= room) return [line];
  const space = line.lastIndexOf(' ', room);
  const cut = space > room / 2 ? space : room;
  return [line.slice(0, cut), ...wrap(line.slice(cut).trimStart())];
}

export const check = (passed: boolean, text: string): void =>
  say(`${passed ? green('✓') : red('✗')} ${text}`);

/** `3 instances`, `1 instance`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** The sentence in which AWS Budgets says what was exceeded. */
export function sayQuote(message: string): void {
  const line = message.split('\n').find((each) => each.startsWith('You requested')) ?? '';
  fact(
    'AWS Budgets',
    `“${line.slice(0, line.indexOf('. You can')).replace(/^.*The ACTUAL/, 'The ACTUAL')}.”`,
  );
  say();
}

/** `Sat 31 Jan 08:00:03`, of milliseconds since 1970, UTC. */
export function moment(time: number): string {
  const text = new Date(time).toUTCString(); // Sat, 31 Jan 2026 08:00:03 GMT
  return `${text.slice(0, 3)} ${text.slice(5, 11)} ${text.slice(17, 25)}`;
}

/** A line with its time. */
export const at = (time: number, text: string): void => say(`${dim(moment(time))}  ${text}`);

/** `$1,286.40`. */
export const dollars = (usd: number): string =>
  `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
