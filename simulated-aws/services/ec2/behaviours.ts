import type { Behaviour } from '../../core/behaviour.ts';

const API = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference';
const GUIDE = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide';
const STOP_PROTECTION = `${GUIDE}/ec2-stop-protection.html`;
const ERRORS = `${API}/errors-overview.html`;

const claim = (id: string, text: string, source: string): Behaviour => ({ id, claim: text, source });

/** What the simulated EC2 claims of reading. */
const READING = [
  claim(
    'ec2-regions-enabled',
    'DescribeRegions lists enabled regions, AllRegions adds the others',
    `${API}/API_DescribeRegions.html`,
  ),
  claim(
    'ec2-describe-pages',
    'pages show every instance exactly once, whatever the page size',
    `${API}/API_DescribeInstances.html`,
  ),
  claim('ec2-describe-page-size', 'MaxResults is from 5 to 1000', `${API}/API_DescribeInstances.html`),
  claim('ec2-describe-ids-or-pages', 'InstanceIds exclude MaxResults', `${API}/API_DescribeInstances.html`),
  claim(
    'ec2-describe-filters',
    'all filters must match, any value of a filter may, with wildcards',
    `${GUIDE}/Using_Filtering.html`,
  ),
  claim(
    'ec2-describe-unknown-filter',
    'an unknown filter is an error, as are more than 200 values',
    `${GUIDE}/Using_Filtering.html`,
  ),
  claim(
    'ec2-describe-reservations',
    'instances are grouped by the launch that made them',
    `${API}/API_Reservation.html`,
  ),
  claim(
    'ec2-describe-lag',
    'a new instance is not shown at first, but within a second',
    'assumption: EC2 promises eventual consistency and no time; a second is usual',
  ),
  claim(
    'ec2-describe-terminated',
    'a terminated instance is shown for an hour, then unknown',
    `${GUIDE}/terminating-instances.html`,
  ),
  claim(
    'ec2-operator',
    'an instance that a service operates names the service',
    `${API}/API_OperatorResponse.html`,
  ),
  claim(
    'ec2-operated-hidden',
    'where the account hides what services operate, it is listed only with IncludeManagedResources',
    `${API}/API_ManagedResourceVisibilitySettings.html`,
  ),
  claim(
    'ec2-attributes',
    'stop and termination protection are read one by one',
    `${API}/API_DescribeInstanceAttribute.html`,
  ),
];

/** What it claims of changing states. */
const CHANGING = [
  claim(
    'ec2-bad-id-fails-all',
    'one unknown or malformed id fails the request, and nothing changes',
    `${API}/API_TerminateInstances.html`,
  ),
  claim('ec2-most-ids', 'a request names up to 1000 instances', `${API}/API_TerminateInstances.html`),
  claim('ec2-other-region', 'an instance of another region is unknown', ERRORS),
  claim(
    'ec2-dry-run',
    'a dry run that would succeed ends with DryRunOperation and changes nothing',
    `${API}/CommonParameters.html`,
  ),
  claim(
    'ec2-stop',
    'an instance goes from stopping to stopped, and shows when somebody asked for it',
    `${GUIDE}/ec2-instance-lifecycle.html`,
  ),
  claim(
    'ec2-stop-again',
    'to stop an instance that is stopping or stopped succeeds',
    `${API}/API_StopInstances.html`,
  ),
  claim('ec2-stop-refuses-protected', 'stop protection refuses the whole request', STOP_PROTECTION),
  claim(
    'ec2-stop-ignores-termination-protection',
    'termination protection does not prevent stopping',
    `${API}/API_ModifyInstanceAttribute.html`,
  ),
  claim(
    'ec2-stop-refuses-pending',
    'a pending instance cannot be stopped',
    'https://github.com/cloud-custodian/cloud-custodian/pull/6014',
  ),
  claim(
    'ec2-stop-refuses-ended',
    'an instance that is shutting down or terminated cannot be stopped',
    ERRORS,
  ),
  claim(
    'ec2-stop-refuses-instance-store',
    'an instance with an instance-store root cannot be stopped',
    `${API}/API_StopInstances.html`,
  ),
  claim(
    'ec2-stop-refuses-one-time-spot',
    'the machine of a one-time request cannot be stopped',
    `${GUIDE}/using-spot-instances-request.html`,
  ),
  claim(
    'ec2-operated-refuses',
    'only the service that operates an instance can stop or terminate it: others are not authorized',
    'https://github.com/aws/eks-node-monitoring-agent/pull/151',
  ),
  claim('ec2-start', 'a stopped instance starts with a new launch time', `${API}/API_StartInstances.html`),
  claim(
    'ec2-start-refuses-stopping',
    'an instance that is still stopping cannot be started; to start a running one succeeds',
    ERRORS,
  ),
  claim(
    'ec2-terminate',
    'an instance in any state goes through shutting-down to terminated',
    `${GUIDE}/ec2-instance-lifecycle.html`,
  ),
  claim('ec2-terminate-again', 'terminating twice succeeds', `${API}/API_TerminateInstances.html`),
  claim(
    'ec2-terminate-by-zone',
    'a protected instance fails the request, and spares only the instances in its own zone',
    `${API}/API_TerminateInstances.html`,
  ),
  claim('ec2-terminate-refuses-stop-protected', 'stop protection prevents termination too', STOP_PROTECTION),
  claim(
    'ec2-modify-protection',
    'each call sets one protection attribute',
    `${API}/API_ModifyInstanceAttribute.html`,
  ),
  claim(
    'ec2-modify-refuses-spot',
    'spot machines take no protection, instance-store roots no stop protection',
    STOP_PROTECTION,
  ),
  claim(
    'ec2-modify-refuses-ended',
    'a terminated instance takes no attribute',
    'https://github.com/cloud-custodian/cloud-custodian/pull/7598',
  ),
  claim(
    'ec2-transition-times',
    'pending takes 5 to 20 s; stopping and shutting down 10 to 60 s',
    'assumption: AWS gives no times; these are usual for Linux on EBS',
  ),
  claim(
    'ec2-quick-stop',
    'to stop without a shutdown of the operating system takes 2 to 8 s',
    'assumption: AWS gives no times; SkipOsShutdown and Force do not wait for it',
  ),
];

/** What the simulated EC2 claims of instances that there are; each has one test. */
export const EC2_BEHAVIOURS: readonly Behaviour[] = [...READING, ...CHANGING];
