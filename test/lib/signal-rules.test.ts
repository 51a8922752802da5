import { describe, expect, it } from 'vitest';
import { ACTS } from '../../lambda/core/signals/acts.ts';
import { SIGNAL_PATTERNS } from '../../lib/signal-patterns.ts';
import { apiCall, parse, sample } from '../core/signals/samples.ts';

interface Clause {
  readonly eventSource: readonly string[];
  readonly eventName: readonly string[];
}
const clauses = (SIGNAL_PATTERNS.activity.detail as { readonly $or: readonly Clause[] }).$or;
const heard = clauses.flatMap(({ eventSource, eventName }) =>
  eventSource.flatMap((source) => eventName.map((name) => `${source} ${name}`)),
);

/** What a call must ask for to mean anything, in each spelling that the rule lets through. */
const admin = { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };
const PARAMETERS: Readonly<Record<string, readonly object[]>> = {
  ModifyInstanceAttribute: [
    { instanceId: 'i-0a', disableApiTermination: { value: true } },
    { instanceId: 'i-0a', attribute: 'disableApiStop', value: 'True' },
  ],
  AttachUserPolicy: [admin],
  AttachGroupPolicy: [admin],
  AttachRolePolicy: [admin],
  DetachUserPolicy: [{ policyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV4' }],
};

const { Records } = sample<{ Records: Record<string, unknown>[] }>('cloudtrail-create-user');
const calls = heard.flatMap((call) => {
  const [eventSource = '', eventName = ''] = call.split(' ');
  return (PARAMETERS[eventName] ?? [{}]).map((parameters) => ({ eventSource, eventName, parameters }));
});

describe('what the rule of activity hands to the function', () => {
  it.each(calls)(
    '$eventSource $eventName $parameters is read there',
    ({ eventSource, eventName, parameters }) => {
      const record = { ...Records[0], eventSource, eventName, requestParameters: parameters };
      const event = apiCall(`aws.${eventSource.split('.')[0]}`, record);
      expect(parse(event)).toMatchObject({ kind: 'activity', eventName });
    },
  );

  it('is all that can be read there', () => {
    expect(new Set(heard)).toEqual(
      new Set(ACTS.map(({ eventSource, eventName }) => `${eventSource} ${eventName}`)),
    );
  });
});
