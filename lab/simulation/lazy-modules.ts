/**
 * All that the engine loads when it is first needed. Whoever runs it in this process on virtual time imports this
 * before: what a loader does is seen by no virtual clock, and time would pass meanwhile.
 */
import '../../lambda/contain/caller.ts';
import '../../lambda/core/mail.ts';
import '../../lambda/core/remarks.ts';
import '../../lambda/core/report.ts';
import '../../lambda/shell/budgets.ts';
import '../../lambda/shell/foresight.ts';
import '../../lambda/shell/incident-records.ts';
import '../../lambda/shell/notify.ts';
import '../../lambda/shell/spend.ts';
import '../../lambda/tripwire/guards.ts';
import { allKinds } from '../../lambda/kinds/all.ts';

await Promise.all(allKinds.flatMap((kind) => [kind.load(), kind.loadUndo?.(), kind.loadPrices?.()]));
