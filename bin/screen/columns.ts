/** Columns of a terminal of the usual size: a screen is made for it, however wide the reader's is. */
export const WIDTH = 80;

/** Letters that take two columns. Source: Unicode, UAX #11, East Asian Width (W and F), without rare planes. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** Marks that stand on the letter before them. */
const NONE = /\p{M}/u;

const widthOfLetter = (letter: string) => (NONE.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1);

/** How many columns of a terminal a text takes. */
export const widthOf = (text: string): number =>
  [...text].reduce((width, letter) => width + widthOfLetter(letter), 0);

/** The beginning of a text that fits into so many columns, with `…` where something is missing. */
export function clipped(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const letter of text) {
    if (widthOf(kept) + widthOfLetter(letter) > width - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}

/** @param end the side at which the text stands */
export function padded(text: string, width: number, end: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return end === 'left' ? text + space : space + text;
}

/** A command, or its flags, is copied whole, so it is never broken; it ends its line. */
const COMMAND = /(?:(?:\b(?:npx|aws|export)|\.\/killswitch) \S|--accept-denied ).*$/;

const JAPANESE = /[\u3040-\u30ff]/;

/**
 * A text in lines that fit. A word or a command that is too long for a line has one of its own. Japanese has no spaces
 * between words: a line ends after a comma or a full stop.
 * @param hang begins each line but the first
 */
export function wrapped(text: string, width = WIDTH, hang = '  '): string[] {
  const command = COMMAND.exec(text)?.[0] ?? '';
  const before = text.slice(0, text.length - command.length);
  const isJapanese = JAPANESE.test(text);
  const words = isJapanese ? before.split(/(?<=[、。])/) : before.trim().split(/ +/);
  const lines = [/^ */.exec(text)?.[0] ?? ''];
  for (const word of command ? [...words, command] : words) {
    const line = lines.at(-1) ?? '';
    const isEmpty = line.trim() === '';
    const joined = isEmpty || isJapanese ? line + word : `${line} ${word}`;
    if (isEmpty || widthOf(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(hang + word);
  }
  return lines.filter((line) => line.trim() !== '');
}
