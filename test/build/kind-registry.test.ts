import { describe, expect, it } from 'vitest';
import { type FoundKind, findKinds, kindIn, registryOf } from '../../build/generate/kind-registry.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { Kind } from '../../lambda/kinds/kind.ts';

const like = allKinds[0] as Kind;
const { isFirst: _, ...later } = like;
const found = (exported: string, kind: Partial<Kind>): FoundKind => ({
  exported,
  kind: { ...later, ...kind },
});

describe('the registry of kinds', () => {
  it('finds one kind in each folder', async () => {
    const names = (await findKinds()).map(({ kind }) => kind.name);
    expect(new Set(names)).toEqual(new Set(allKinds.map(({ name }) => name)));
  });

  it('imports with the engine only what comes first, in the order that Biome gives imports', () => {
    const { 'index.ts': index, 'all.ts': all } = registryOf([
      found('orderBook', { name: 'order-book', isFirst: true }),
      found('ec2Instance', { name: 'ec2-instance', isFirst: true }),
      found('ecsService', { name: 'ecs-service' }),
    ]);
    const imported = (text: string) => [...text.matchAll(/ from '(.+)';/g)].map(([, source]) => source);
    const rest = ['./kind.ts', './order.ts', './order-book/index.ts'];
    expect(imported(index)).toEqual(['./ec2-instance/index.ts', ...rest]);
    expect(imported(all)).toEqual(['./ec2-instance/index.ts', './ecs-service/index.ts', ...rest]);
  });

  it('holds of the others what is needed before their code is loaded', () => {
    const { 'index.ts': index } = registryOf([
      found('ecsService', { name: 'ecs-service', after: ['ecs-cluster'] }),
      found('ecsCluster', { name: 'ecs-cluster', scope: 'global' }),
    ]);
    expect(index).toContain(`([
  {
    name: 'ecs-cluster',
    scope: 'global',
    loadKind: async () => (await import('./ecs-cluster/index.ts')).ecsCluster,
  },
  {
    name: 'ecs-service',
    scope: 'regional',
    after: ['ecs-cluster'],
    loadKind: async () => (await import('./ecs-service/index.ts')).ecsService,
  },
]);
`);
  });

  it('is made of nothing that has no order', () => {
    const waiting = (name: string, ...names: string[]) => found(name, { name: `${name}-x`, after: names });
    expect(() => registryOf([waiting('a', 'c-x')])).toThrow('a-x comes after c-x, and there is no such kind');
    expect(() => registryOf([waiting('a', 'b-x'), waiting('b', 'a-x')])).toThrow('wait for each other');
  });

  it('is made of no kind that brings what is not there when it acts', () => {
    const first = (...brings: string[]) => found('a', { name: 'a-x', isFirst: true, brings });
    const service = found('b', { name: 'b-x' });
    expect(() => registryOf([first('b-x')])).toThrow('a-x brings b-x, and there is no such kind');
    expect(() => registryOf([first('b-x'), service])).toThrow('is loaded first and brings b-x, which is not');
    expect(() => registryOf([found('c', { name: 'c-x', brings: ['b-x'] }), service])).not.toThrow();
  });

  it('names two kinds that are exported alike', () => {
    const alike = [found('same', { name: 'a-b' }), found('same', { name: 'a-c' })];
    expect(() => registryOf(alike)).toThrow('a-b and a-c are both exported as same');
  });
});

describe('what a folder exports', () => {
  it('is its kind, among other things', () => {
    const kind = { ...like, name: 'a-b' };
    expect(kindIn('a-b', { ab: kind, other: like, text: 'a-b', none: null })).toEqual({
      exported: 'ab',
      kind,
    });
  });

  it.each([
    ['none', {}],
    ['none', { ab: like }],
    ['several: ab, ba', { ab: { ...like, name: 'a-b' }, ba: { ...like, name: 'a-b' } }],
  ])('is refused with %s of its name', (what, module) => {
    expect(() => kindIn('a-b', module)).toThrow(
      `lambda/kinds/a-b/index.ts must export one kind with the name 'a-b', and exports ${what}`,
    );
  });
});
