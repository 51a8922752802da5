import { DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { SimulatedAccount } from './account.ts';
import { Endpoint } from './wire/endpoint.ts';
import { serve } from './wire/server.ts';

const HOUR = 3_600_000;
const account = new SimulatedAccount({ startsAt: Date.UTC(2026, 0, 1), seed: 1 });
account.ec2.launch('eu-west-1', { type: 'm5.large', count: 2, launchedBy: 'alice' });
account.iam.createUser('alice');
const credentials = account.iam.createAccessKey('alice');
account.timeline.advanceTo(account.timeline.now() + HOUR);

const server = await serve(new Endpoint(account, { latency: () => 0 }));
const ec2 = new EC2Client({ region: 'eu-west-1', endpoint: server.url, credentials });
const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
const InstanceIds = instances.map(({ InstanceId = '' }) => InstanceId);
const { StoppingInstances = [] } = await ec2.send(new StopInstancesCommand({ InstanceIds }));
console.log(StoppingInstances.map(({ CurrentState }) => CurrentState?.Name)); // ['stopping', 'stopping']

account.timeline.advanceTo(account.timeline.now() + HOUR);
console.log(InstanceIds.map((id) => account.ec2.instance(id)?.state)); // ['stopped', 'stopped']
console.log(account.ledger.usd().toFixed(2)); // '0.22'
await server.stop();
