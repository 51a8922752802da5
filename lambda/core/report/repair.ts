/** Deploys settings or a version that differ from what is deployed. Where the template is the same, it does nothing. */
export const DEPLOY = 'npx cdk deploy';

/**
 * Puts back what was deleted or edited outside CloudFormation: a change set that starts from the actual state of the
 * resources. Without the option CloudFormation compares templates only, and finds nothing to do. Source: CloudFormation
 * User Guide, "Using drift-aware change sets". No emulator plays it: it has never run.
 */
export const REVERT_DRIFT = `${DEPLOY} --revert-drift`;

/**
 * The same, and uploads the function's code again: code cannot be read back, so that no comparison finds that it was
 * replaced (CloudFormation User Guide, "Using drift-aware change sets": write-only properties). @param now ms since 1970
 */
export const replaceCode = (now: number): string =>
  `${REVERT_DRIFT} -c ${REPLACE_CODE}=${new Date(now).toISOString().replace(/[^\d]/g, '').slice(0, 12)}`;

/** Context of the CDK. Its value, whatever it is, goes into the code's asset: another one makes another asset. */
export const REPLACE_CODE = 'killswitch:replaceCode';

/**
 * Subscribes an address to the reports again: it must confirm anew, and CloudFormation goes on counting the subscription
 * that it made. @param topic the ARN of the report topic
 */
export const subscribeMail = (topic: string): string =>
  `aws sns subscribe --region ${topic.split(':')[3]} --topic-arn ${topic} --protocol email --notification-endpoint you@example.com`;
