import type { Undo } from '../kind.ts';

export const ec2SpotRequestUndo: Undo = {
  async *restore(_aws, actions) {
    for (const action of actions)
      yield {
        action,
        status: 'impossible',
        detail: 'a cancelled spot request cannot be revived: request it anew',
      };
  },
};
