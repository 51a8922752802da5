import { describe, expect, it } from 'vitest';
import { nextCommand } from '../../bin/undo/restore-lines.ts';

describe('what a restore says at its end of keys that stay off', () => {
  const again = './killswitch restore ks-1';
  const off = { comesBack: false, active: false, row: [], document: {} };
  const said = (count: number, stillDenied: readonly string[]) =>
    nextCommand(again, false, [], Array(count).fill(off), stillDenied);

  it('names the users who stay denied', () => {
    expect(said(2, ['bob', 'mallory'])).toBe(
      `2 keys stay off; still denied: bob, mallory. For a key of yours: ${again} --key AKIA…`,
    );
  });

  it('calls nobody denied whose deny was lifted', () => {
    expect(said(1, [])).toBe(`1 key stays off. For a key of yours: ${again} --key AKIA…`);
  });
});
