import type { Behaviour } from '../../core/behaviour.ts';

/** What the simulated ECS claims to do as AWS does; each has one test. */
export const ECS_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'ecs-keeps-desired',
    claim: 'a service runs its desired number of tasks and starts another for one that stops',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html',
  },
  {
    id: 'ecs-resize',
    claim: 'a desired count of zero stops all tasks, and they stay stopped',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html',
  },
  {
    id: 'ecs-bills-tasks',
    claim: 'each running task costs Fargate’s price of its vCPUs and memory',
    source:
      'https://aws.amazon.com/fargate/pricing/ (the time of pulling the image, which AWS bills, is left out)',
  },
  {
    id: 'ecs-task-times',
    claim: 'a task runs within a minute; a stopped one is missed within 15 s',
    source: 'assumption: AWS gives no times; these are usual for Fargate',
  },
  {
    id: 'ecs-unknown-cluster',
    claim: 'a service needs a cluster and a name that is not taken',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html',
  },
];
