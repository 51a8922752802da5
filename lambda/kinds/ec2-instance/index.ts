import { PROTECTIONS } from '../../core/instance-protection.ts';
import type { Grant } from '../../core/policy/descriptor.ts';
import { defineKind } from '../kind.ts';
import { instanceFacts, protections, stoppedInstance } from './facts.ts';
import { EC2_LIMITS } from './limits.ts';
import { ec2InstanceDeed } from './run.ts';

const UNPROTECT: Grant = {
  action: 'ec2:ModifyInstanceAttribute',
  // Published policies write the values of this key in both cases (`userData`, `BlockDeviceMapping`).
  condition: { StringEqualsIgnoreCase: { 'ec2:Attribute': PROTECTIONS } },
};

export const ec2Instance = defineKind({
  name: 'ec2-instance',
  title: 'EC2 instances',
  scope: 'regional',
  after: ['ec2-auto-scaling-group', 'ec2-spot-request'],
  isFirst: true,
  facts: instanceFacts,
  discover: [{ action: 'ec2:DescribeInstances' }, { action: 'ec2:DescribeSpotInstanceRequests' }],
  verbs: {
    stop: {
      grants: [{ action: 'ec2:StopInstances' }],
      before: stoppedInstance,
      words: {
        done: ['instance stopped', 'instances stopped (disks are kept)'],
        putBack: ['instance', 'instances'],
      },
    },
    // Used in every mode that acts: one-time spot instances cannot be stopped (API_StopInstances).
    terminate: {
      grants: [{ action: 'ec2:TerminateInstances' }, { action: 'ec2:StopInstances' }],
      before: stoppedInstance,
      words: {
        done: ['instance terminated', 'instances terminated'],
        putBack: ['terminated instance', 'terminated instances'],
      },
    },
    unprotect: {
      grants: [{ action: 'ec2:DescribeInstanceAttribute' }, UNPROTECT],
      before: protections,
      isAuxiliary: true,
      words: {
        done: ['protection lifted', 'protections lifted'],
        putBack: ['protection', 'protections'],
      },
    },
  },
  restore: [
    { action: 'ec2:DescribeInstances' },
    { action: 'ec2:StartInstances' },
    { action: 'ec2:DescribeInstanceAttribute' },
    UNPROTECT,
  ],
  limits: [EC2_LIMITS],
  exempt: {
    list: 'instances',
    caller: ({ instanceId }) => (instanceId === undefined ? [] : [instanceId]),
    arn: { service: 'ec2', idOf: (resource) => /^instance\/(.+)$/.exec(resource)?.[1] },
    reason: ({ code, through }, { group }) =>
      code === 'caller'
        ? 'killswitch itself runs on it'
        : through === 'owner'
          ? `what launched it is on the allowlist${group ? ` (group ${group})` : ''}`
          : 'on the allowlist',
  },
  /**
   * Counts from the launch, so it includes `pending`: a few seconds at most. Where machines are terminated, stopped ones
   * are listed too, and not billed (EC2 User Guide, "Amazon EC2 instance state changes", billing by instance state).
   */
  meter: ({ type, spot, launchedAt, state }) => ({
    label: type,
    quantity: state === 'stopping' || state === 'stopped' ? 0 : 1,
    priceKey: spot === 'no' ? type : `${type}/spot`,
    startedAt: launchedAt === null ? undefined : Date.parse(launchedAt),
  }),
  shown: ({ name }) => (name === undefined ? {} : { name }),
  byHand: {
    unstoppable: (count) =>
      `${count} machines cannot be stopped, only terminated, which loses their data: end them yourself`,
  },
  load: async () => ec2InstanceDeed,
  loadUndo: async () => (await import('./restore.ts')).ec2InstanceUndo,
  loadPrices: async () => (await import('./prices.ts')).ec2InstancePrices,
});
