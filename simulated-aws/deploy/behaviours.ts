import type { Behaviour } from '../core/behaviour.ts';

export const DEPLOY_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'deploy-real-template',
    claim: 'the synthesized template is deployed with its own properties, and the stack tells its outputs',
    source: 'CloudFormation user guide: Template reference; API_DescribeStacks',
  },
  {
    id: 'deploy-guards',
    claim:
      'schedules, rules, their permissions, queues and alarms of a template work as soon as they are deployed',
    source: 'CloudFormation user guide: Template reference',
  },
  {
    id: 'deploy-unknown-type',
    claim: 'a resource type that is neither created nor listed as left out is an error that names it',
    source: 'assumption: the simulation says so instead of skipping it',
  },
  {
    id: 'deploy-no-stack',
    claim: 'a stack that is not there is a ValidationError, also in another region',
    source: 'API_DescribeStacks',
  },
];
