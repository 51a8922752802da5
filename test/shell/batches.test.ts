import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchResult, chunks, inBatches } from '../../lambda/shell/batches.ts';

class Refusal extends Error {
  readonly $metadata: { readonly httpStatusCode: number };
  constructor(
    override readonly name: string,
    httpStatusCode = 400,
  ) {
    super(`refused for ${name}`);
    this.$metadata = { httpStatusCode };
  }
}

/** A bulk API like EC2's: one refused id makes it refuse the whole request, and it applies nothing. */
class BulkApi {
  readonly applied = new Set<string>();
  calls = 0;
  constructor(private readonly refuses: ReadonlyMap<string, string>) {}
  readonly call = async (ids: string[]): Promise<void> => {
    this.calls += 1;
    for (const id of ids) {
      const name = this.refuses.get(id);
      if (name) throw new Refusal(name, name === 'InternalError' ? 500 : 400);
    }
    for (const id of ids) this.applied.add(id);
  };
}

async function collect(results: AsyncIterable<BatchResult>): Promise<BatchResult[]> {
  const all: BatchResult[] = [];
  for await (const result of results) all.push(result);
  return all;
}
const idsOf = (results: BatchResult[]) => results.flatMap(({ ids }) => ids);
const many = (count: number) => Array.from({ length: count }, (_, i) => `i-${i}`);
const among = (count: number, refused: number, code: string) =>
  new Map(
    Array.from(
      { length: refused },
      (_, k) => [`i-${Math.floor(((k + 0.5) * count) / refused)}`, code] as const,
    ),
  );

describe('a bulk call', () => {
  it('is one request for a thousand ids', async () => {
    const api = new BulkApi(new Map());
    expect(idsOf(await collect(inBatches(many(1000), api.call)))).toHaveLength(1000);
    expect(api.calls).toBe(1);
    await collect(inBatches(many(2001), api.call));
    expect(api.calls).toBe(4);
    await collect(inBatches([], api.call));
    expect(api.calls).toBe(4);
  });

  it.each([1, 2, 3, 10])(
    'isolates %i refused ids among 1000: it applies all others in few requests',
    async (refused) => {
      for (const code of ['IncorrectInstanceState', 'OperationNotPermitted', 'InvalidInstanceID.NotFound']) {
        const api = new BulkApi(among(1000, refused, code));
        const results = await collect(inBatches(many(1000), api.call));
        expect(api.applied.size).toBe(1000 - refused);
        expect(results.filter((result) => result.refused).map(({ ids }) => ids.length)).toEqual(
          Array(refused).fill(1),
        );
        expect(api.calls).toBeLessThanOrEqual(2 * refused * Math.ceil(Math.log2(1000 / refused) + 2));
      }
    },
  );

  it('gives up after a few requests if the caller has no permission', async () => {
    const everything = new Map(many(1000).map((id) => [id, 'UnauthorizedOperation']));
    const api = new BulkApi(everything);
    const results = await collect(inBatches(many(1000), api.call));
    expect(new Set(idsOf(results)).size).toBe(1000);
    expect(results.every(({ refused }) => refused?.code === 'UnauthorizedOperation')).toBe(true);
    expect(api.calls).toBeLessThanOrEqual(20);
  });

  it('gives up if most ids are protected: reading each protection is cheaper than 2n requests', async () => {
    const api = new BulkApi(
      new Map(
        many(1000)
          .filter((_, i) => i % 10 !== 0)
          .map((id) => [id, 'OperationNotPermitted']),
      ),
    );
    expect(new Set(idsOf(await collect(inBatches(many(1000), api.call)))).size).toBe(1000);
    expect(api.calls).toBeLessThanOrEqual(40);
  });

  it.each([25, 1000])('isolates one id among %i for which the service fails', async (count) => {
    for (const broken of ['i-0', 'i-7', `i-${count - 1}`]) {
      const applied: string[] = [];
      const results = await collect(
        inBatches(many(count), async (ids) => {
          if (ids.includes(broken)) throw new Refusal('InternalError', 500);
          applied.push(...ids);
        }),
      );
      expect(applied).toHaveLength(count - 1);
      expect(results.filter(({ refused }) => refused)).toMatchObject([
        { ids: [broken], refused: { code: 'InternalError' } },
      ]);
    }
  });

  it.each([
    ['fails', () => new Refusal('InternalError', 500)],
    ['does not answer', () => Object.assign(new Error('no answer'), { name: 'TimeoutError' })],
  ])('gives up after a few requests when the service %s for all', async (_, error) => {
    let calls = 0;
    const results = await collect(
      inBatches(many(1000), async () => {
        calls += 1;
        throw error();
      }),
    );
    expect(new Set(idsOf(results))).toEqual(new Set(many(1000)));
    expect(idsOf(results)).toHaveLength(1000);
    expect(results.every(({ refused }) => refused?.code === error().name)).toBe(true);
    expect(calls).toBeLessThanOrEqual(20);
  });
});

describe('always', () => {
  const CODES = [
    'OperationNotPermitted',
    'IncorrectInstanceState',
    'InvalidInstanceID.NotFound',
    'UnsupportedOperation',
    'UnauthorizedOperation',
    'InternalError',
  ];
  const requests = fc.integer({ min: 0, max: 300 }).chain((count) =>
    fc.record({
      ids: fc.constant(many(count)),
      refuses: fc.array(fc.tuple(fc.nat({ max: 300 }), fc.constantFrom(...CODES))),
      size: fc.integer({ min: 1, max: 100 }),
    }),
  );

  it('answers every id exactly once, and has applied what it says', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ ids, refuses, size }) => {
        const api = new BulkApi(new Map(refuses.map(([n, code]) => [`i-${n}`, code])));
        const results = await collect(inBatches(ids, api.call, size));
        expect(idsOf(results).sort()).toEqual([...ids].sort());
        expect(new Set(idsOf(results.filter(({ refused }) => !refused)))).toEqual(api.applied);
        expect(api.calls).toBeLessThanOrEqual(2 * ids.length + 8);
      }),
    );
  });

  it('applies all other ids when an id is refused for its own state', async () => {
    const own = requests.map((each) => ({
      ...each,
      refuses: each.refuses.map(([n]) => [n, 'IncorrectInstanceState'] as const),
    }));
    await fc.assert(
      fc.asyncProperty(own, async ({ ids, refuses, size }) => {
        const bad = new Map(refuses.map(([n, code]) => [`i-${n}`, code]));
        const api = new BulkApi(bad);
        await collect(inBatches(ids, api.call, size));
        expect(api.applied).toEqual(new Set(ids.filter((id) => !bad.has(id))));
      }),
    );
  });
});

it('chunks have every item once, in order', () => {
  expect(chunks(many(5), 2)).toEqual([['i-0', 'i-1'], ['i-2', 'i-3'], ['i-4']]);
  expect(chunks([], 2)).toEqual([]);
});
