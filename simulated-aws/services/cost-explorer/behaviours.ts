import type { Behaviour } from '../../core/behaviour.ts';

export const COST_EXPLORER_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'ce-a-day-old',
    claim: 'the costs are those of the last midnight, UTC',
    source:
      'Cost Management user guide: Analyzing your costs with AWS Cost Explorer (refreshed at least once every 24 hours); assumption: at midnight',
  },
  {
    id: 'ce-groups',
    claim: 'costs are grouped by service, by region, or both, in months or days',
    source: 'API_GetCostAndUsage',
  },
  {
    id: 'ce-refuses',
    claim: 'a period that is none, and what is not simulated, is a ValidationException',
    source: 'API_GetCostAndUsage',
  },
];
