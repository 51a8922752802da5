/** Attributes that, set to true, protect an instance against being stopped or terminated. */
export const PROTECTIONS: readonly string[] = ['disableApiStop', 'disableApiTermination'];
