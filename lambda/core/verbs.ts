/** Every change that a kind can make to a resource. Type, journal schema and the role's grants come from this list. */
export const VERBS = [
  'stop',
  'terminate',
  'unprotect',
  'disable',
  'deny',
  'suspend',
  'scale-in',
  'cancel',
] as const;

export type Verb = (typeof VERBS)[number];
