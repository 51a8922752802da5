import type { Behaviour } from '../../core/behaviour.ts';

const API = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference';
const GUIDE = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide';
const ERRORS = `${API}/errors-overview.html`;

const claim = (id: string, text: string, source: string): Behaviour => ({ id, claim: text, source });

/** What it claims of launching, spot and the bill. */
export const EC2_LAUNCH_BEHAVIOURS: readonly Behaviour[] = [
  claim(
    'ec2-run-instances',
    'RunInstances launches what it was asked for, protected and tagged',
    `${API}/API_RunInstances.html`,
  ),
  claim(
    'ec2-run-client-token',
    'a repeated client token launches nothing more',
    `${API}/API_RunInstances.html`,
  ),
  claim(
    'ec2-run-template',
    'a launch template gives what the request leaves out',
    `${API}/API_CreateLaunchTemplate.html`,
  ),
  claim('ec2-run-unknown', 'an unknown image or template is an error, and a taken template name too', ERRORS),
  claim('ec2-bill-running', 'only running instances cost', `${GUIDE}/ec2-instance-lifecycle.html`),
  claim(
    'ec2-bill-covered',
    'what a reservation or the free tier covers is billed at what is agreed, often nothing, and the price list does not say so',
    `${GUIDE}/concepts-reserved-instances-application.html: a reservation "is not a physical instance" but a discount on the bill`,
  ),
  claim(
    'ec2-bill-no-minimum',
    'ten seconds cost ten seconds',
    'assumption: the minimum of 60 s for each start is left out; it is a fraction of a cent',
  ),
  claim(
    'ec2-spot-relaunches',
    'a persistent request launches again when its machine is terminated, within a minute',
    `${GUIDE}/using-spot-instances-request.html#terminating-a-spot-instance (the time is an assumption)`,
  ),
  claim(
    'ec2-spot-one-time',
    'a one-time request is closed when its machine is terminated',
    `${GUIDE}/spot-instances-request-status-lifecycle.html`,
  ),
  claim(
    'ec2-spot-stop',
    'stopping the machine of a persistent request disables the request, starting it activates it',
    `${GUIDE}/using-spot-instances-cancel.html`,
  ),
  claim(
    'ec2-spot-cancel-running',
    'a cancelled request leaves its machine running and launches no other',
    `${API}/API_CancelSpotInstanceRequests.html`,
  ),
  claim(
    'ec2-spot-cancel-open',
    'a request that is cancelled while open launches nothing',
    `${GUIDE}/using-spot-instances-cancel.html`,
  ),
  claim(
    'ec2-spot-cancel-stopped',
    'cancelling a request terminates its stopped machine',
    `${GUIDE}/interruption-behavior.html`,
  ),
  claim('ec2-spot-cancelled-unstoppable', 'the machine of a cancelled request cannot be stopped', ERRORS),
  claim('ec2-spot-unknown', 'an unknown request id fails the call, and none is cancelled', ERRORS),
  claim(
    'ec2-spot-pages',
    'pages show every request exactly once',
    `${API}/API_DescribeSpotInstanceRequests.html`,
  ),
];
