import type { Allowance } from '../../lambda/core/tripwire/allowance.ts';
import { dim, inform, say } from '../terminal/console.ts';

/** What was written down, and what became of it. */
interface Written {
  readonly own: Pick<Allowance, 'id'>;
  /** An allowance was ended, not announced. */
  readonly isEnd: boolean;
  /** Why nobody may rely on it. */
  readonly problem: string | undefined;
}

/** What a person does next. `--quiet` leaves it out, unless there is a problem: then it is the way on. @param stack flag */
export function tellNext({ own, isEnd, problem }: Written, stack: string): void {
  const list = dim(`Next: ./killswitch allow --list${stack}`);
  if (problem) {
    say(`do not rely on it: ${problem}. Look at the list, then announce it again:`);
    say(list);
  } else if (isEnd) inform(list);
  else inform(dim(`Next: start the work. To end it early: ./killswitch allow --end ${own.id}${stack}`));
}
