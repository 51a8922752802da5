import { expect, it } from 'vitest';
import { section, table } from '../../bin/terminal/lines.ts';

/** Hides what follows; goes back and writes over the line; the order of letters turned round. */
const STEERING = ['\u001b[8m', '\r', '\u202e'];

it.each(STEERING)(
  'a row shows what somebody wrote into a journal without what steers a terminal: %j',
  (text) => {
    expect(section('USERS', [`eve${text} stays denied`])).toBe(`USERS\n  eve${plainOf(text)} stays denied`);
    expect(table([[`eve${text}`, 'stays denied']])).toEqual([`eve${plainOf(text)}  stays denied`]);
  },
);

const plainOf = (text: string) => ` ${text.slice(1)}`;
