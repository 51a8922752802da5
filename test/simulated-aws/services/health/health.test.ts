import { beforeEach, expect } from 'vitest';
import { HEALTH_BEHAVIOURS } from '../../../../simulated-aws/services/health/behaviours.ts';
import { behaviour } from '../../behaviour-test.ts';
import { stackAccount } from '../../stack-account.ts';

let setup: ReturnType<typeof stackAccount>;

beforeEach(() => {
  setup = stackAccount();
});

const places = () =>
  setup.account.events.seen.splice(0).map(({ region, detail }) => [region, detail['backupEvent']]);

behaviour(HEALTH_BEHAVIOURS, 'health-global', () => {
  setup.account.health.report({ eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED' });
  expect(places()).toEqual([
    ['us-east-1', 'false'],
    ['us-west-2', 'true'],
  ]);
});

behaviour(HEALTH_BEHAVIOURS, 'health-regional', () => {
  const report = (region: string) =>
    setup.account.health.report({ eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE', service: 'EC2', region });
  report('eu-central-1');
  report('us-west-2');
  expect(places()).toEqual([
    ['eu-central-1', 'false'],
    ['us-west-2', 'true'],
    ['us-west-2', 'false'],
    ['us-east-1', 'true'],
  ]);
});

behaviour(HEALTH_BEHAVIOURS, 'health-event', () => {
  const entities = ['AKIAIOSFODNN7EXAMPLE'];
  setup.account.health.report({
    eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
    entities,
    description: 'public',
  });
  expect(setup.account.events.seen[0]).toMatchObject({
    ...{ source: 'aws.health', 'detail-type': 'AWS Health Event', region: 'us-east-1', resources: entities },
    detail: {
      ...{ service: 'RISK', eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED', eventTypeCategory: 'issue' },
      ...{ eventRegion: 'global', affectedEntities: [{ entityValue: entities[0] }] },
      eventDescription: [{ language: 'en_US', latestDescription: 'public' }],
    },
  });
});
