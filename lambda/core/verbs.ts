/** Every change that a kind can make to a resource: the type, and what a journal may hold. Kinds say which are theirs. */
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
