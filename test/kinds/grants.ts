import type { Grant } from '../../lambda/core/policy/descriptor.ts';
import type { Kind } from '../../lambda/kinds/kind.ts';

/** All that a kind needs of IAM, for whatever it does. */
export const grantsOf = ({ discover = [], verbs, restore }: Kind): Grant[] => [
  ...discover,
  ...Object.values(verbs).flatMap(({ grants }) => grants),
  ...restore,
];
