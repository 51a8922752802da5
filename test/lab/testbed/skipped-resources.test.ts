import { expect, it } from 'vitest';
import { refuseUnknownSkips } from '../../../lab/testbed/skipped-resources.ts';

it('fails when moto skips a type that is not expected', () => {
  refuseUnknownSkips(['No Moto CloudFormation support for AWS::Budgets::Budget']);
  expect(() =>
    refuseUnknownSkips(['No Moto CloudFormation support for AWS::Scheduler::ScheduleGroup']),
  ).toThrow(/ScheduleGroup/);
});
