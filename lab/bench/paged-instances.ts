import { errorAnswer, xmlAnswer } from '../testbed/answers.ts';
import type { AwsCall } from '../testbed/aws-call.ts';
import type { Rule } from '../testbed/rules.ts';

const PAGE_SIZE = 1000;

/** Machines of one region that exist only in the proxy: served in pages, gone from the list once stopped. */
export interface PagedInstances {
  readonly rules: readonly Rule[];
  /** Ids that were stopped. */
  readonly stopped: ReadonlySet<string>;
  /** Characters of all pages served so far. */
  served(): number;
}

/** Sources: API_DescribeInstances (pages of at most 1000, `nextToken`), API_StopInstances. */
export function pagedInstances(region: string, count: number): PagedInstances {
  const ids = Array.from({ length: count }, (_, at) => `i-0${at.toString(16).padStart(16, '0')}`);
  const stopped = new Set<string>();
  let served = 0;
  const rule = (operation: string, answer: (call: AwsCall) => ReturnType<typeof xmlAnswer>): Rule => ({
    when: { service: 'ec2', operation, region },
    fault: { kind: 'answer', name: 'paged instances', answer: async (call) => answer(call) },
  });
  const describe = (call: AwsCall) => {
    const start = Number(call.parameters['NextToken'] ?? 0);
    const running = ids.slice(start, start + PAGE_SIZE).filter((id) => !stopped.has(id));
    const next = start + PAGE_SIZE < count ? `<nextToken>${start + PAGE_SIZE}</nextToken>` : '';
    const xml = `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet>${running.map(reservation).join('')}</reservationSet>${next}</DescribeInstancesResponse>`;
    served += xml.length;
    return xmlAnswer(xml);
  };
  const stop = (call: AwsCall) => {
    const named = Object.entries(call.parameters).filter(([name]) => name.startsWith('InstanceId.'));
    if (named.length > PAGE_SIZE)
      return errorAnswer(call.protocol, 'InvalidParameterValue', 400, 'more than 1000 ids');
    for (const [, id] of named) stopped.add(String(id));
    const items = named.map(([, id]) => `<item><instanceId>${String(id)}</instanceId></item>`).join('');
    return xmlAnswer(
      `<StopInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><instancesSet>${items}</instancesSet></StopInstancesResponse>`,
    );
  };
  return {
    rules: [rule('DescribeInstances', describe), rule('StopInstances', stop)],
    stopped,
    served: () => served,
  };
}

/** About as long as EC2's own: disks, network interface and tags make most of it. */
function reservation(id: string): string {
  const tail = id.slice(-8);
  const tags = ['Name', 'team', 'cost-center', 'environment', 'created-by']
    .map((key) => `<item><key>${key}</key><value>${key}-value-of-${id}</value></item>`)
    .join('');
  const group = '<item><groupId>sg-0123456789abcdef0</groupId><groupName>default</groupName></item>';
  return `<item><reservationId>r-0${tail}00000000</reservationId><ownerId>123456789012</ownerId><groupSet/><instancesSet><item>
<instanceId>${id}</instanceId><imageId>ami-0123456789abcdef0</imageId><instanceState><code>16</code><name>running</name></instanceState>
<privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName><dnsName>ec2-203-0-113-1.compute-1.amazonaws.com</dnsName><reason/><keyName>key-${tail}</keyName>
<amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>c5.4xlarge</instanceType><launchTime>2026-01-31T23:59:59.000Z</launchTime>
<placement><availabilityZone>us-east-1a</availabilityZone><groupName/><tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring>
<subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><privateIpAddress>10.0.0.1</privateIpAddress><ipAddress>203.0.113.1</ipAddress>
<sourceDestCheck>true</sourceDestCheck><groupSet>${group}</groupSet><architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName>
<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-0${tail}00000000</volumeId><status>attached</status><attachTime>2026-01-31T23:59:59.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>
<virtualizationType>hvm</virtualizationType><clientToken>${id}-token</clientToken><tagSet>${tags}</tagSet><hypervisor>xen</hypervisor>
<networkInterfaceSet><item><networkInterfaceId>eni-0${tail}00000000</networkInterfaceId><subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><description/><ownerId>123456789012</ownerId><status>in-use</status><macAddress>02:00:00:00:00:01</macAddress><privateIpAddress>10.0.0.1</privateIpAddress><sourceDestCheck>true</sourceDestCheck><groupSet>${group}</groupSet><attachment><attachmentId>eni-attach-0${tail}00000000</attachmentId><deviceIndex>0</deviceIndex><status>attached</status><attachTime>2026-01-31T23:59:59.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></attachment></item></networkInterfaceSet>
<ebsOptimized>true</ebsOptimized><enaSupport>true</enaSupport><cpuOptions><coreCount>8</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions>
</item></instancesSet></item>`;
}
