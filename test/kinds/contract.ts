import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { motoMissing } from '../../lab/testbed/moto-installation.ts';
import type { Verb } from '../../lambda/core/model.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { Kind } from '../../lambda/kinds/kind.ts';
import { grantsOf } from './grants.ts';
import { type Fixture, keepsItsPromises, type Promised } from './promises.ts';
import { moto, simulatedAccount } from './witness.ts';

/** Actions that could delete data, or create what bills. No kind may need one. */
const DESTROYS =
  /:(Delete(?!User(?:PermissionsBoundary|Policy)$)|Purge|Deregister|Release|Detach(?!UserPolicy)|RunInstances|Create)/;

/** The promises that every kind makes to the engine, tested over AWS's wire protocols. */
export function contract(name: string, fixture: Fixture): void {
  const kind = allKinds.find((each) => each.name === name);
  if (!kind) throw new Error(`there is no kind ${name} in lambda/kinds/all.ts: npm run generate`);
  const promised = { kind, fixture, kinds: familyOf(kind) };
  describe(`the kind ${name}`, () => describesItself(promised));
  describe(`the kind ${name} on the simulated account`, () => keepsItsPromises(promised, simulatedAccount));
  describe.skipIf(fixture.notOnMoto !== undefined || motoMissing() !== undefined)(
    `the kind ${name} on moto`,
    () => keepsItsPromises(promised, moto()),
  );
}

function familyOf(kind: Kind): Kind[] {
  const lister = kind.discover ? kind : allKinds.find(({ brings }) => brings?.includes(kind.name));
  const names = [kind.name, lister?.name, ...(lister?.brings ?? [])];
  return allKinds.filter((each) => names.includes(each.name));
}

function describesItself({ kind, fixture }: Promised): void {
  const verbs = Object.entries(kind.verbs);

  it('has a folder of its name and a title, and names only kinds that exist', () => {
    expect(existsSync(new URL(`../../lambda/kinds/${kind.name}/index.ts`, import.meta.url))).toBe(true);
    expect(kind.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    expect(kind.title).not.toBe('');
    for (const { after = [], brings = [] } of [kind])
      for (const other of [...after, ...brings]) expect(allKinds.map((each) => each.name)).toContain(other);
  });

  it('destroys nothing that holds data', () => {
    for (const { action } of grantsOf(kind)) expect(action).not.toMatch(DESTROYS);
  });

  it('has its own listing, or another kind brings it; it has prices if it bills', async () => {
    const deed = await kind.load();
    expect(deed.discover !== undefined).toBe(kind.discover !== undefined);
    expect(kind.discover !== undefined || allKinds.some(({ brings }) => brings?.includes(kind.name))).toBe(
      true,
    );
    expect(deed.plan !== undefined).toBe(kind.discover !== undefined);
    if (kind.meter) expect(await kind.loadPrices?.()).toBeDefined();
    // Without an ARN in the fixture, no test would notice that ARNs are not understood.
    expect(fixture.arn !== undefined).toBe(kind.exempt?.arn !== undefined);
  });

  // What is only for the caller is no part of a pass: test/e2e/sessions.test.ts plays it.
  it('is tested with each of its verbs', () => {
    const whole = verbs.flatMap(([verb, { isAuxiliary, isForCallerOnly }]) =>
      isAuxiliary || isForCallerOnly ? [] : verb,
    );
    expect(new Set(Object.keys(fixture.cases))).toEqual(new Set(whole));
    expect(new Set(Object.keys(fixture.edited))).toEqual(new Set(verbs.map(([verb]) => verb)));
  });

  it.each(verbs)('refuses edited facts of %s in the journal', (verb, { before }) => {
    for (const edited of fixture.edited[verb as Verb] ?? [])
      expect([edited, v.is(before, edited)]).toEqual([edited, false]);
  });
}
