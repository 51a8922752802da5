import type { Behaviour } from '../../core/behaviour.ts';

const API = 'https://docs.aws.amazon.com/autoscaling/ec2/APIReference';
const GUIDE = 'https://docs.aws.amazon.com/autoscaling/ec2/userguide';
const SUSPENDED = `${GUIDE}/understand-how-suspending-processes-affects-other-processes.html`;
const HEALTH = `${GUIDE}/ec2-auto-scaling-health-checks.html`;

const claim = (id: string, text: string, source: string): Behaviour => ({ id, claim: text, source });

/** What the simulated Auto Scaling claims to do as AWS does; each has one test. */
export const AUTO_SCALING_BEHAVIOURS: readonly Behaviour[] = [
  claim(
    'auto-scaling-launches',
    'a new group launches its desired capacity, evenly over its zones',
    `${GUIDE}/auto-scaling-benefits.html`,
  ),
  claim(
    'auto-scaling-tags',
    'members carry the tag aws:autoscaling:groupName',
    `${GUIDE}/ec2-auto-scaling-tagging.html`,
  ),
  claim('auto-scaling-replaces-stopped', 'a stopped member is terminated and replaced', HEALTH),
  claim('auto-scaling-replaces-terminated', 'a terminated member is replaced', HEALTH),
  claim(
    'auto-scaling-notices',
    'a member that does not run is noticed within a minute',
    'assumption: AWS gives no time for its checks; 5 to 60 s are usual',
  ),
  claim(
    'auto-scaling-asleep',
    'with Launch, Terminate, HealthCheck and ReplaceUnhealthy suspended nothing is terminated or launched',
    SUSPENDED,
  ),
  claim(
    'auto-scaling-no-launch',
    'with Launch suspended an unhealthy member is terminated and not replaced until Launch resumes',
    SUSPENDED,
  ),
  claim(
    'auto-scaling-no-terminate',
    'with Terminate suspended an unhealthy member stays, and is replaced when Terminate resumes',
    SUSPENDED,
  ),
  claim(
    'auto-scaling-no-health-check',
    'with HealthCheck suspended a stopped member stays healthy',
    SUSPENDED,
  ),
  claim(
    'auto-scaling-no-replacement',
    'with ReplaceUnhealthy suspended an unhealthy member is only marked',
    SUSPENDED,
  ),
  claim('auto-scaling-zero', 'sizes of zero terminate all members', `${API}/API_UpdateAutoScalingGroup.html`),
  claim(
    'auto-scaling-protection-is-no-obstacle',
    'stop and termination protection prevent neither scale-in nor replacement',
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html',
  ),
  claim(
    'auto-scaling-scale-in-protection',
    'scale-in protection prevents scale-in, but not replacement',
    `${GUIDE}/ec2-auto-scaling-instance-protection.html`,
  ),
  claim('auto-scaling-terminate-suspended', 'with Terminate suspended nothing is scaled in', SUSPENDED),
  claim(
    'auto-scaling-sizes-bound-desired',
    'a new minimum or maximum moves the desired capacity when it must',
    `${API}/API_UpdateAutoScalingGroup.html`,
  ),
  claim(
    'auto-scaling-invalid-sizes',
    'sizes that contradict each other are a ValidationError',
    `${API}/CommonErrors.html`,
  ),
  claim(
    'auto-scaling-unknown-group',
    'an unknown group is a ValidationError, a taken name AlreadyExists',
    `${API}/API_CreateAutoScalingGroup.html`,
  ),
  claim(
    'auto-scaling-delete',
    'a group can be deleted without members, or by force together with its machines',
    `${API}/API_DeleteAutoScalingGroup.html`,
  ),
  claim(
    'auto-scaling-suspend-all',
    'no process named means all; each shows since when it is suspended',
    `${API}/API_SuspendProcesses.html`,
  ),
  claim(
    'auto-scaling-pages',
    'pages of 50, at most 100, show every group exactly once',
    `${API}/API_DescribeAutoScalingGroups.html`,
  ),
];
