import {
  CancelSpotInstanceRequestsCommand,
  EC2Client,
  paginateDescribeSpotInstanceRequests,
  type SpotInstanceRequest,
} from '@aws-sdk/client-ec2';
import type { Planned, Resource } from '../../core/model.ts';
import { verbFor } from '../../core/policy/policy.ts';
import { inBatches } from '../../shell/batches.ts';
import type { Deed } from '../kind.ts';
import type { SpotAction, SpotFacts } from './facts.ts';

export const ec2SpotRequestDeed: Deed<SpotFacts, SpotAction> = {
  async *discover(aws) {
    const live = { Filters: [{ Name: 'state', Values: ['open', 'active', 'disabled'] }], MaxResults: 1000 };
    const client = aws.client(EC2Client);
    for await (const page of paginateDescribeSpotInstanceRequests({ client }, live, aws.options))
      yield (page.SpotInstanceRequests ?? [])
        .filter((request) => request.Type === 'persistent' || request.State === 'open')
        .map((request) => resource(aws.scope, request));
  },

  plan: (requests, { policy, exemption }) =>
    requests.map(({ kind, scope, id, facts, owns = [] }): Planned<SpotAction> => {
      const ref = { kind, scope, id };
      // Without its request, a machine can no longer be stopped and started.
      const holdsExempt = owns.some((machine) => exemption(machine) !== undefined);
      if (verbFor(policy, scope) === 'stop' && facts.instance !== null)
        return {
          ...ref,
          skip: 'at-rest',
          reason: `launches nothing once its instance ${facts.instance} is stopped`,
        };
      if (holdsExempt) return { ...ref, skip: 'allowed', reason: `its instance ${facts.instance} is exempt` };
      return { ...ref, verb: 'cancel', before: { ...facts } };
    }),

  async *act({ aws }, actions) {
    const cancel = (SpotInstanceRequestIds: string[]) =>
      aws
        .client(EC2Client)
        .send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds }), aws.options);
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
  ...(request.InstanceId ? { owns: [{ kind: 'ec2-instance', scope, id: request.InstanceId }] } : {}),
});
