import { groupBy } from '../../lambda/core/group-by.ts';
import type { Action } from '../../lambda/core/model.ts';
import type { RestoreStep } from '../../lambda/kinds/kind.ts';

/** Says a line for each region as its last step is done. */
export class RestoreProgress {
  private readonly expected: ReadonlyMap<string, number>;
  private readonly steps = new Map<string, RestoreStep[]>();

  constructor(
    plan: readonly Action[],
    private readonly say: (line: string) => void,
  ) {
    const byScope = groupBy(plan, ({ scope }) => scope);
    this.expected = new Map([...byScope].map(([scope, actions]) => [scope, actions.length]));
  }

  note(step: RestoreStep): void {
    const { scope } = step.action;
    const done = [...(this.steps.get(scope) ?? []), step];
    this.steps.set(scope, done);
    if (done.length !== this.expected.get(scope)) return;
    const counts = [...groupBy(done, ({ status }) => status)].map(
      ([status, some]) => `${some.length} ${status}`,
    );
    this.say(`  ${scope.padEnd(16)} ${counts.join(', ')}`);
  }
}
