import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PlantedAccount } from '../../lab/testbed/planted-account.ts';
import { type Action, isSkip, type Planned, type Verb } from '../../lambda/core/model.ts';
import { isRead } from '../../lambda/core/policy/api-limits.ts';
import type { Grant } from '../../lambda/core/policy/descriptor.ts';
import { allowlist, type Policy } from '../../lambda/core/policy/policy.ts';
import type { Kind } from '../../lambda/kinds/kind.ts';
import type { SimulatedAccount } from '../../simulated-aws/account.ts';
import type { Operations } from '../../simulated-aws/core/service.ts';
import { addServiceModel } from '../../simulated-aws/wire/service-models.ts';

import { exempting, Incident } from './incident.ts';
import { type Account, REGION, simulatedAccount, type Witness } from './witness.ts';

/** One way in which the kind contains a resource. */
export interface Case {
  /** Whether restore can bring it back. */
  readonly comesBack: boolean;
  /** Settings that lead to the verb; default: the defaults. */
  readonly policy?: Partial<Policy>;
}

export interface Fixture {
  /** Makes one through the service's own API. @returns its id, as the kind names it. */
  readonly plant: (place: { readonly planted: PlantedAccount; readonly region: string }) => Promise<string>;
  /** By verb; every verb of the kind that is not auxiliary. */
  readonly cases: Partial<Record<Verb, Case>>;
  /** By verb, forms of `before` that an intruder could write into the journal: each must be refused. */
  readonly edited: Partial<Record<Verb, readonly object[]>>;
  /** An ARN of one, as the service writes it: for kinds with `exempt.arn`. */
  readonly arn?: (id: string, region: string, account: string) => string;
  /** Prepares the simulated account with what no API call can make. */
  readonly prepare?: (account: SimulatedAccount) => void;
  /** A model of the service, with its sources, if the simulated account does not play the service. */
  readonly model?: {
    /** The signing name. */
    readonly service: string;
    /** The SDK's package, and its client. */
    readonly sdk: object;
    readonly client: new (config: { readonly region: string }) => { readonly config: unknown };
    /** By API name; see simulated-aws/services/<service>/operations.ts for how they are written. */
    readonly operations: (account: SimulatedAccount) => Operations;
  };
  /** Why moto cannot be a witness. */
  readonly notOnMoto?: string;
}

export interface Promised {
  readonly kind: Kind;
  readonly fixture: Fixture;
  /** The kind, the kind that lists it, and the kinds that this one brings. */
  readonly kinds: readonly Kind[];
}

const operationsOf = (grants: readonly Grant[]) =>
  grants.flatMap(({ action, operations }) => operations ?? [action.split(':')[1] ?? '']);

/** What every kind promises the engine, tested on one witness. */
export function keepsItsPromises({ kind, fixture, kinds }: Promised, witness: Witness): void {
  let account: Account;
  let incident: Incident;
  let id = '';

  beforeAll(() => witness.begin());
  afterAll(() => witness.end());
  afterEach(() => account?.end());

  async function begin(): Promise<void> {
    account = await witness.open((simulated) => {
      const { model } = fixture;
      if (model) {
        addServiceModel(model.service, model.sdk, new model.client({ region: REGION }).config);
        simulated.addService(model.service, model.operations(simulated));
      }
      fixture.prepare?.(simulated);
    });
    incident = new Incident(account, kinds, kind.scope);
    id = await account.during(() => fixture.plant({ planted: account.planted, region: REGION }));
    await account.untilConsistent();
    account.forget();
  }
  const isOwn = (each: { readonly kind: string; readonly id: string }) =>
    each.kind === kind.name && each.id === id;
  const actionsOn = (planned: readonly Planned[]): Action[] =>
    planned.filter((each): each is Action => !isSkip(each) && isOwn(each));
  const changes = () => account.calls.filter((operation) => !isRead(operation));
  const toContain = operationsOf(
    kinds.flatMap(({ discover = [], verbs }) => [
      ...discover,
      ...Object.values(verbs).flatMap(({ grants }) => grants),
    ]),
  );
  const toRestore = operationsOf(kinds.flatMap(({ restore }) => restore));
  const undeclared = (declared: readonly string[]) => {
    const calls = account.calls.filter((operation) => !declared.includes(operation));
    account.forget();
    return calls;
  };

  describe.each(Object.entries(fixture.cases) as [Verb, Case][])('%s', (verb, { policy = {}, comesBack }) => {
    it('contains it once, puts it back, and makes only calls that its descriptor names', async () => {
      await begin();
      const first = await incident.pass(policy);
      expect(first.gaps).toEqual([]);
      const done = first.outcomes.filter((each) => isOwn(each) && each.verb === verb);
      expect(done).toMatchObject([{ status: 'done' }]);
      expect(incident.records.filter((each) => isOwn(each) && each.verb === verb)).toHaveLength(1);
      await account.untilConsistent();

      expect(undeclared(toContain)).toEqual([]);
      const second = await incident.pass(policy);
      expect(actionsOn(second.planned)).toEqual([]);
      expect(changes()).toEqual([]);
      expect(undeclared(toContain)).toEqual([]);

      const dry = (await incident.putBack({ dryRun: true })).filter(
        ({ action }) => isOwn(action) && action.verb === verb,
      );
      expect(dry).toMatchObject([{ status: comesBack ? 'restored' : 'impossible' }]);
      expect(changes()).toEqual([]);

      await account.untilConsistent();
      const steps = (await incident.putBack()).filter(({ action }) => isOwn(action) && action.verb === verb);
      expect(steps).toMatchObject([{ status: comesBack ? 'restored' : 'impossible' }]);
      await account.untilConsistent();
      const again = (await incident.putBack()).filter(({ action }) => isOwn(action) && action.verb === verb);
      expect(again).toMatchObject([{ status: comesBack ? 'unchanged' : 'impossible' }]);
      expect(undeclared(toRestore)).toEqual([]);
      await account.untilConsistent();
      const third = await incident.pass(policy, { act: false });
      expect(actionsOn(third.planned).map((action) => action.verb)).toEqual(comesBack ? [verb] : []);
    });

    it('changes nothing if it is exempt, and reports a skip', async () => {
      await begin();
      const exempt = await incident.pass({ ...policy, ...exempting(incident.ref(kind.name, id)) });
      expect(actionsOn(exempt.planned)).toEqual([]);
      expect(exempt.outcomes.filter(isOwn)).toEqual([]);
      // The skip is of itself, or of what it owns.
      expect(exempt.planned).toContainEqual(expect.objectContaining({ skip: 'allowed' }));
      expect(changes()).toEqual([]);

      if (!fixture.arn) return;
      const arn = fixture.arn(id, kind.scope === 'global' ? '' : REGION, account.accountId);
      const byArn = await incident.pass({ ...policy, allow: allowlist({ resources: [arn] }) });
      expect(actionsOn(byArn.planned)).toEqual([]);
      expect(changes()).toEqual([]);
    });

    if (witness !== simulatedAccount) return; // the rest tests the engine, which is the same on all witnesses

    it('changes nothing in a plan', async () => {
      await begin();
      const plan = await incident.pass(policy, { act: false });
      expect(actionsOn(plan.planned).map((action) => action.verb)).toEqual([verb]);
      expect(changes()).toEqual([]);
      expect(incident.records).toEqual([]);
    });

    it('reports a refusal as a failed outcome with its code', async () => {
      await begin();
      account.refuse(
        ...operationsOf(kind.verbs[verb]?.grants ?? []).filter((operation) => !isRead(operation)),
      );
      const refused = (await incident.pass(policy)).outcomes.filter(
        (each) => isOwn(each) && each.verb === verb,
      );
      expect(refused).toMatchObject([
        { status: 'failed', code: expect.stringMatching(/Denied|Unauthorized/) },
      ]);
    });

    it('is not undone from an edited record of the journal', async () => {
      await begin();
      await incident.pass(policy);
      for (const edited of fixture.edited[verb] ?? []) {
        account.forget();
        const steps = await incident.putBack({
          edit: (record) =>
            isOwn(record) && record.verb === verb
              ? { ...record, before: edited as typeof record.before }
              : record,
        });
        const own = steps.filter(({ action }) => isOwn(action) && action.verb === verb);
        expect(own).toMatchObject([{ status: 'failed', detail: expect.stringContaining('edited') }]);
      }
    });
  });

  it('reports a gap with its name if it cannot be listed', async () => {
    await begin();
    const lister = kinds.find(({ discover }) => discover);
    account.refuse(...operationsOf(lister?.discover ?? []));
    const { gaps, outcomes } = await incident.pass();
    expect(gaps).toContainEqual(
      expect.objectContaining({ kind: lister?.name, code: expect.stringMatching(/Denied|Unauthorized/) }),
    );
    expect(outcomes).toEqual([]);
  });

  if (Object.keys(fixture.cases).length === 0)
    it('is reported, and left to a person', async () => {
      await begin();
      const { planned } = await incident.pass();
      expect(planned.filter(isOwn)).toMatchObject([{ skip: 'manual', reason: expect.stringMatching(/\w/) }]);
      expect(changes()).toEqual([]);
    });
}
