import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inOrder } from '../../lambda/kinds/order.ts';

const kind = (name: string, ...after: string[]) => ({ name, after });
const names = (kinds: readonly { readonly name: string }[]) => kinds.map(({ name }) => name);

it('puts each kind after those in its `after`, and leaves the others in place', () => {
  const kinds = [kind('a', 'c'), kind('b'), kind('c', 'd'), kind('d')];
  expect(names(inOrder(kinds))).toEqual(['d', 'c', 'a', 'b']);
});

it('does not change an order that is already right', () => {
  const graph = fc.array(fc.array(fc.nat({ max: 20 }), { maxLength: 4 }), { maxLength: 12 });
  fc.assert(
    fc.property(graph, (edges) => {
      const kinds = edges.map((to, at) => kind(`k${at}`, ...to.filter((n) => n < at).map((n) => `k${n}`)));
      expect(inOrder(kinds)).toEqual(kinds);
      const mirrored = names(inOrder([...kinds].reverse()));
      for (const { name, after } of kinds)
        for (const earlier of after) expect(mirrored.indexOf(earlier)).toBeLessThan(mirrored.indexOf(name));
    }),
  );
});

it('refuses a cycle, and an unknown kind', () => {
  expect(() => inOrder([kind('a', 'b'), kind('b', 'a')])).toThrow('a after b after a');
  expect(() => inOrder([kind('a', 'x')])).toThrow('a comes after x, and there is no such kind');
});
