/**
 * Everything that the engine loads only when it is needed. Code that runs the engine in this process on virtual time
 * imports this first: virtual time cannot wait for a loader, and would pass meanwhile.
 */
import '../../lambda/contain/caller.ts';
import '../../lambda/core/report/mail.ts';
import '../../lambda/core/report/report.ts';
import '../../lambda/shell/sources/budgets.ts';
import '../../lambda/shell/journal/known.ts';
import '../../lambda/shell/journal/tripwire-memory.ts';
import '../../lambda/shell/notify/notify.ts';
import '../../lambda/shell/notify/sns-mail.ts';
import '../../lambda/shell/sources/spend.ts';
import '../../lambda/tripwire/guards.ts';
import { allKinds } from '../../lambda/kinds/all.ts';

await Promise.all(allKinds.flatMap((kind) => [kind.load(), kind.loadUndo?.(), kind.loadPrices?.()]));
