import {
  CancelSpotInstanceRequestsCommand,
  paginateDescribeSpotInstanceRequests,
  type SpotInstanceRequest,
} from '@aws-sdk/client-ec2';
import type { Outcome, Planned, Resource } from '../core/model.ts';
import { verbFor } from '../core/policy.ts';
import { inBatches } from '../shell/batches.ts';
import type { Kind } from './kind.ts';

type SpotFacts = { type: string; state: string; instance: string | null; launchSpecification: string };

/**
 * Requests that launch again: persistent ones, and any that is still open. A persistent request whose instance
 * is *stopped* turns `disabled` and launches nothing, while a cancelled one makes its instance unstoppable: so
 * where machines are stopped, only requests without a machine are cancelled. See docs/adr/0006-spot.md.
 */
export const ec2SpotRequest: Kind = {
  name: 'ec2-spot-request',
  title: 'persistent and open spot requests',
  scope: 'regional',
  permissions: {
    discover: [{ action: 'ec2:DescribeSpotInstanceRequests' }],
    act: { cancel: [{ action: 'ec2:CancelSpotInstanceRequests' }] },
    restore: [],
  },

  async *discover(aws) {
    const live = { Filters: [{ Name: 'state', Values: ['open', 'active', 'disabled'] }], MaxResults: 1000 };
    for await (const page of paginateDescribeSpotInstanceRequests({ client: aws.ec2 }, live, aws.options))
      yield (page.SpotInstanceRequests ?? [])
        .filter((request) => request.Type === 'persistent' || request.State === 'open')
        .map((request) => resource(aws.scope, request));
  },

  plan: (requests, { policy }) =>
    (requests as Resource<SpotFacts>[]).map(({ kind, scope, id, facts }): Planned => {
      if (verbFor(policy, scope) === 'stop' && facts.instance !== null)
        return {
          kind,
          scope,
          id,
          skip: 'at-rest',
          reason: `launches nothing once its instance ${facts.instance} is stopped`,
        };
      return { kind, scope, id, verb: 'cancel', before: { ...facts } };
    }),

  async *act({ aws }, actions): AsyncIterable<Outcome> {
    const cancel = (SpotInstanceRequestIds: string[]) =>
      aws.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds }), aws.options);
    for await (const { ids, refused } of inBatches(
      actions.map(({ id }) => id),
      cancel,
    ))
      for (const id of ids) {
        const ref = { kind: 'ec2-spot-request', scope: aws.scope, id, verb: 'cancel' as const };
        if (refused?.code === 'InvalidSpotInstanceRequestID.NotFound') yield { ...ref, status: 'gone' };
        else yield refused ? { ...ref, status: 'failed', ...refused } : { ...ref, status: 'done' };
      }
  },

  async *restore(_aws, actions) {
    for (const action of actions)
      yield {
        action,
        status: 'impossible',
        detail: 'a cancelled spot request cannot be revived: request it anew',
      };
  },
};

const resource = (scope: string, request: SpotInstanceRequest): Resource<SpotFacts> => ({
  kind: 'ec2-spot-request',
  scope,
  id: request.SpotInstanceRequestId ?? '',
  facts: {
    type: request.Type ?? 'unknown',
    state: request.State ?? 'unknown',
    instance: request.InstanceId ?? null,
    launchSpecification: JSON.stringify(request.LaunchSpecification ?? {}),
  },
});
