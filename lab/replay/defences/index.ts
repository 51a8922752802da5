import { budgetsActions } from './budgets-actions.ts';
import type { Defence } from './defence.ts';
import { email } from './email.ts';
import { nobody } from './nobody.ts';
import { stack, stackWithAllSignals } from './stack.ts';

/** From the least to the most, as tables and drawings show them. */
export const DEFENCES: readonly Defence[] = [nobody, email, budgetsActions, stack, stackWithAllSignals];
