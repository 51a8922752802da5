import type { Behaviour } from '../../core/behaviour.ts';

const API = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html';

/** What the simulated EC2 claims of instance types; each has one test. */
export const INSTANCE_TYPE_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'ec2-types-shape',
    claim: 'a type tells its vCPUs, its memory and its accelerators with theirs',
    source: API,
  },
  {
    id: 'ec2-types-unknown',
    claim: 'a type that does not exist fails the request',
    source: `${API}; InvalidInstanceType is in the EC2 API's list of error codes`,
  },
  {
    id: 'ec2-types-pages',
    claim: 'pages have 5 to 100 types and show each exactly once; names exclude MaxResults',
    source: API,
  },
];
