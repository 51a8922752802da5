import * as v from 'valibot';
import type { Action } from '../../core/model.ts';

export const spotFacts = v.object({
  type: v.string(),
  state: v.string(),
  instance: v.nullable(v.string()),
  launchSpecification: v.string(),
});
/** Undo reads none of it. */
export const cancelledRequest = v.partial(spotFacts);
export type SpotFacts = v.InferOutput<typeof spotFacts>;
export type SpotAction = Action<SpotFacts, 'cancel'>;
