import type { Behaviour } from '../../core/behaviour.ts';

const THROTTLING = 'https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html';

const claim = (id: string, text: string, source: string): Behaviour => ({ id, claim: text, source });

/** What the token buckets claim. */
export const LIMIT_BEHAVIOURS: readonly Behaviour[] = [
  claim(
    'ec2-limits-table',
    'each API has the bucket capacity and the refill rate of its category',
    THROTTLING,
  ),
  claim(
    'ec2-limits-per-api',
    'one API’s bucket leaves another’s full, in the same region and in others',
    THROTTLING,
  ),
  claim('ec2-limits-unfiltered', 'a Describe without filter and page draws on a smaller bucket', THROTTLING),
  claim(
    'ec2-limits-resources',
    'stop, terminate, start and run also take a token for each instance',
    THROTTLING,
  ),
  claim(
    'ec2-limits-nothing-taken',
    'a throttled call takes nothing',
    'assumption: AWS does not say; a refused call must not make the next one wait longer',
  ),
  claim(
    'ec2-limits-refill',
    'a bucket never gives more than its capacity and what has flowed in since',
    THROTTLING,
  ),
  claim(
    'ec2-limits-iam',
    'IAM has one bucket for reads and one for changes, for the whole account',
    'assumption: AWS publishes no rate for IAM',
  ),
];
