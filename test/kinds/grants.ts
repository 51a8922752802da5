import type { Grant } from '../../lambda/core/policy/descriptor.ts';
import type { Kind } from '../../lambda/kinds/kind.ts';

/** All IAM actions that a kind needs. */
export const grantsOf = ({ discover = [], verbs, restore }: Kind): Grant[] => [
  ...discover,
  ...Object.values(verbs).flatMap(({ grants }) => grants),
  ...restore,
];
