import { expect, it } from 'vitest';
import { endCaller } from '../../lambda/contain/caller.ts';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { Lamps, named } from '../shell/in-memory-kind.ts';
import { ids, setUp } from './scope-setup.ts';

/** 25 credentials on three pages; the caller uses one on the first page and one on the second. */
function callersLamps() {
  const lamps = new Lamps('lamp', 'global', ids(25));
  const credential = {
    ...lamps.kind,
    isCredential: true as const,
    exempt: { caller: ({ exemptKeys }: { exemptKeys: ReadonlySet<string> }) => [...exemptKeys] },
  };
  const { clock, deadline, ready } = setUp([credential]);
  const caller = { exemptKeys: new Set(['lamp-3', 'lamp-12']), unknown: false };
  const clients = new Clients(clock, deadline.signal);
  return { lamps, end: () => endCaller(clients, caller, ready.journal, [credential], DEFAULT_POLICY) };
}

it('lists everything before it ends the caller, who can list nothing afterwards', async () => {
  const { lamps, end } = callersLamps();
  lamps.beforePage = () => {
    if (lamps.switched.length > 0) throw named('InvalidClientTokenId');
  };
  expect(await end()).toMatchObject([
    { id: 'lamp-3', status: 'done' },
    { id: 'lamp-12', status: 'done' },
  ]);
  expect(lamps.lit).toHaveLength(23);
});

it('is a failure of each of the credentials that it could not find', async () => {
  const { lamps, end } = callersLamps();
  lamps.beforePage = (page) => {
    if (page === 2) throw named('AccessDenied');
  };
  expect(await end()).toMatchObject([
    { id: 'lamp-3', status: 'done' },
    { id: 'lamp-12', status: 'failed', code: 'AccessDenied' },
  ]);
});
