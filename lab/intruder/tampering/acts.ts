import { DeleteBudgetCommand, DeleteNotificationCommand, UpdateBudgetCommand } from '@aws-sdk/client-budgets';
import { DeleteTrailCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import {
  DeleteAlarmsCommand,
  DisableAlarmActionsCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { DeleteRuleCommand, DisableRuleCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteFunctionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { DeleteScheduleCommand, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { roleActs } from './role-acts.ts';
import { bucketActs, topicActs } from './storage-acts.ts';
import { act, type Call, type TamperingAct, type Target } from './tampering-act.ts';

/** Whatever an administrator can do to each part by one call of its API. */
export const tamperingActs = (target: Target): TamperingAct[] => [
  ...functionActs(target),
  ...topicActs(target),
  ...ruleActs(target),
  ...scheduleActs(target),
  ...budgetActs(target),
  ...alarmActs(target),
  ...roleActs(target),
  ...bucketActs(target),
  ...trailActs(target),
];

function functionActs({ account, functionName: FunctionName }: Target): TamperingAct[] {
  const own = (command: Call['command']) => act('function', FunctionName, 'lambda', command);
  return [
    own(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: Buffer.from('nothing') })),
    own(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 1 })),
    own(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 })),
    ...account.permissions
      .of(FunctionName)
      .map(({ statementId: StatementId }) => own(new RemovePermissionCommand({ FunctionName, StatementId }))),
    own(new DeleteFunctionCommand({ FunctionName })),
  ];
}

function ruleActs({ account, region }: Target): TamperingAct[] {
  return account.events.in(region).flatMap(({ name, targets }) => {
    const own = (command: Call['command']) => act('rules', name, 'events', command);
    const remove = own(new RemoveTargetsCommand({ Rule: name, Ids: [...targets.keys()] }));
    const erase = own(new DeleteRuleCommand({ Name: name }));
    return [
      own(new DisableRuleCommand({ Name: name })),
      remove,
      { ...erase, calls: [...remove.calls, ...erase.calls] },
    ];
  });
}

function scheduleActs({ account, region }: Target): TamperingAct[] {
  return account.scheduler.in(region).flatMap(({ definition }) => {
    const own = (command: Call['command']) => act('schedule', definition.Name ?? '', 'scheduler', command);
    return [
      own(new UpdateScheduleCommand({ ...definition, State: 'DISABLED' })),
      own(new DeleteScheduleCommand({ Name: definition.Name })),
    ];
  });
}

function budgetActs({ account }: Target): TamperingAct[] {
  const { accountId: AccountId } = account;
  return [...account.budgets.budgets].flatMap(([BudgetName, { definition, notifications }]) => {
    const own = (command: Call['command']) => act('budget', BudgetName, 'budgets', command);
    const raised = { ...definition, BudgetLimit: { Amount: '1000000', Unit: 'USD' } };
    const [first] = notifications;
    return [
      own(new UpdateBudgetCommand({ AccountId, NewBudget: raised })),
      own(new DeleteNotificationCommand({ AccountId, BudgetName, Notification: first?.notification })),
      own(new DeleteBudgetCommand({ AccountId, BudgetName })),
    ];
  });
}

function alarmActs({ account, region }: Target): TamperingAct[] {
  return account.cloudWatch.in(region).flatMap(({ name }) => {
    const own = (command: Call['command']) => act('alarms', name, 'monitoring', command);
    return [
      own(new DisableAlarmActionsCommand({ AlarmNames: [name] })),
      own(new SetAlarmStateCommand({ AlarmName: name, StateValue: 'OK', StateReason: 'all is well' })),
      own(new DeleteAlarmsCommand({ AlarmNames: [name] })),
    ];
  });
}

/** Without a trail no rule hears of any other act. */
const trailActs = ({ account }: Target): TamperingAct[] =>
  [...account.cloudTrail.trails.keys()].flatMap((Name) => [
    act('trail', Name, 'cloudtrail', new StopLoggingCommand({ Name })),
    act('trail', Name, 'cloudtrail', new DeleteTrailCommand({ Name })),
  ]);
