/**
 * All that the engine loads when it is first needed. Whoever runs it in this process on virtual time imports this
 * before: what a loader does is seen by no virtual clock, and time would pass meanwhile.
 */
import '../lambda/contain/caller-key.ts';
import '../lambda/core/mail.ts';
import '../lambda/core/remarks.ts';
import '../lambda/core/report.ts';
import '../lambda/kinds/ec2-auto-scaling-group-restore.ts';
import '../lambda/kinds/ec2-instance-restore.ts';
import '../lambda/kinds/iam-access-key-restore.ts';
import '../lambda/kinds/iam-user-restore.ts';
import '../lambda/shell/foresight.ts';
import '../lambda/shell/incident-records.ts';
import '../lambda/shell/notify.ts';
import '../lambda/shell/prices.ts';
import '../lambda/shell/spend.ts';
import '../lambda/tripwire/guards.ts';
