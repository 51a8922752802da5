import type { SimulatedAccount } from '../../../simulated-aws/account.ts';

/** One call on the wire. */
export interface Call {
  /** The signing name of its service. */
  readonly service: string;
  /** An SDK command. */
  readonly command: { readonly input: object };
}

/** Something that takes a part of the kill switch out of action. */
export interface TamperingAct {
  /** The operation, as its API names it; for people. */
  readonly what: string;
  readonly part:
    | 'function'
    | 'topics'
    | 'rules'
    | 'schedule'
    | 'budget'
    | 'alarms'
    | 'role'
    | 'bucket'
    | 'trail';
  /** The name or the ARN of what is touched. */
  readonly thing: string;
  /** In order; most need one. */
  readonly calls: readonly Call[];
  /** How CloudTrail's name of the last call begins, where it differs from the operation's. */
  readonly recordedAs?: string;
  /** It removes the owner's own mailbox, so that no mail can tell of it. */
  readonly removesMailbox?: true;
}

/** The parts of a deployed kill switch. */
export interface Target {
  readonly account: SimulatedAccount;
  readonly region: string;
  readonly functionName: string;
  readonly alarmTopic: string;
  readonly reportTopic: string;
  readonly bucket: string;
}

/** An act of one call, whose operation is the command's. */
export const act = (
  part: TamperingAct['part'],
  thing: string,
  service: string,
  command: Call['command'],
): TamperingAct => ({ what: operationOf(command), part, thing, calls: [{ service, command }] });

/** The API's name of a command. */
export const operationOf = (command: Call['command']): string =>
  command.constructor.name.replace(/Command$/, '');
