import * as v from 'valibot';
import type { Action } from '../../lambda/core/model.ts';

/** What is known of one: what planning, undo, prices and reports need, and no more. */
export const acmeWidgetFacts = v.object({ state: v.string() });
export type AcmeWidgetFacts = v.InferOutput<typeof acmeWidgetFacts>;
export type AcmeWidgetAction = Action<AcmeWidgetFacts, 'stop'>;
