import { EC2_LIMITS } from '../ec2-instance/limits.ts';
import { defineKind } from '../kind.ts';
import { cancelledRequest, spotFacts } from './facts.ts';
import { ec2SpotRequestDeed } from './run.ts';

/**
 * Requests that launch again: persistent ones, and all that are still open. When an instance is stopped, its
 * persistent request becomes `disabled` and launches nothing; when a request is cancelled, its instance can
 * no longer be stopped. So where machines are stopped, only requests without a machine are cancelled. See
 * docs/adr/0006-spot.md.
 */
export const ec2SpotRequest = defineKind({
  name: 'ec2-spot-request',
  title: 'persistent and open spot requests',
  scope: 'regional',
  isFirst: true,
  facts: spotFacts,
  discover: [{ action: 'ec2:DescribeSpotInstanceRequests' }],
  verbs: {
    cancel: {
      grants: [{ action: 'ec2:CancelSpotInstanceRequests' }],
      before: cancelledRequest,
      words: {
        done: ['spot request cancelled', 'spot requests cancelled'],
        putBack: ['cancelled spot request', 'cancelled spot requests'],
      },
    },
  },
  restore: [],
  limits: [EC2_LIMITS],
  exempt: {
    arn: { service: 'ec2', idOf: (resource) => /^spot-instances-request\/(.+)$/.exec(resource)?.[1] },
  },
  shown: ({ type, state }) => ({ type: `${type}, ${state}` }),
  notReached: ['EC2 Fleets and Spot Fleets as launchers (their instances are stopped)'],
  load: async () => ec2SpotRequestDeed,
  loadUndo: async () => (await import('./restore.ts')).ec2SpotRequestUndo,
});
