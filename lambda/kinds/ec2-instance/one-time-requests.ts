import { EC2Client, paginateDescribeSpotInstanceRequests } from '@aws-sdk/client-ec2';
import { chunks } from '../../shell/batches.ts';
import type { Aws } from '../../shell/calls/aws.ts';

/** The one-time requests among these: their machines cannot be stopped. Unknown ones count as persistent. */
export async function oneTimeRequests(aws: Aws, ids: readonly string[]): Promise<Set<string>> {
  const oneTime = new Set<string>();
  for (const some of chunks(ids, 200)) {
    const Filters = [{ Name: 'spot-instance-request-id', Values: [...some] }];
    for await (const page of paginateDescribeSpotInstanceRequests(
      { client: aws.client(EC2Client) },
      { Filters, MaxResults: 1000 },
      aws.options,
    ))
      for (const { Type, SpotInstanceRequestId } of page.SpotInstanceRequests ?? [])
        if (Type === 'one-time' && SpotInstanceRequestId) oneTime.add(SpotInstanceRequestId);
  }
  return oneTime;
}
