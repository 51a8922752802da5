import * as v from 'valibot';
import type { Action } from '../../../lambda/core/model.ts';

/** What is known of one: what planning, prices and reports need, and no more. */
export const acmeWidgetFacts = v.object({ state: v.string() });
export type AcmeWidgetFacts = v.InferOutput<typeof acmeWidgetFacts>;

/** What undo reads, and no more: a record that another version wrote must still be good. */
export const acmeWidgetBefore = v.object({ state: v.string() });
export type AcmeWidgetAction = Action<v.InferOutput<typeof acmeWidgetBefore>, 'stop'>;
