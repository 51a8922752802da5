import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitTable, HOME } from '../../build/prices/price-fit.ts';
import { type FamilyLine, familyLines, unlistedUsd } from '../../lambda/core/prices/price-lines.ts';

/** The line of a family that is sold in these sizes at these prices. */
function fitted(sizes: Readonly<Record<string, number>>): FamilyLine {
  const prices = new Map(Object.entries(sizes).map(([size, usd]) => [`z9.${size}`, usd]));
  const line = familyLines(fitTable(new Map([[HOME, prices]])).families.join(' ')).get('z9');
  if (!line) throw new Error('the family is not in the table');
  return line;
}
const usdOf = (line: FamilyLine, size: string) => line.sizes.get(size) ?? unlistedUsd(line, size);

describe('fitting a family', () => {
  const size = fc.constantFrom(
    ...['medium', 'xlarge', '4xlarge', '16xlarge', '48xlarge', '96xlarge', '224xlarge'],
    ...['metal', 'metal-24xl', 'metal-48xl', 'metal-96xl'],
  );
  const cents = fc.integer({ min: 1, max: 40_000 }).map((each) => each / 100);

  it('loses no price, and prices an unlisted host no lower than the dearest size', () => {
    fc.assert(
      fc.property(fc.dictionary(size, cents, { minKeys: 1 }), (sizes) => {
        const line = fitted(sizes);
        for (const [each, usd] of Object.entries(sizes))
          expect(Math.abs(usdOf(line, each) / usd - 1)).toBeLessThan(0.016);
        const dearest = Math.max(...Object.values(sizes));
        if (sizes['metal'] === undefined) expect(usdOf(line, 'metal')).toBeGreaterThan(dearest * (1 - 0.016));
      }),
    );
  });

  it('lists the largest size where it is larger than an unknown one counts as, and no more', () => {
    expect([...fitted({ '56xlarge': 28, '112xlarge': 56 }).sizes]).toEqual([['112xlarge', 56]]);
    expect([...fitted({ '24xlarge': 12, '48xlarge': 24 }).sizes]).toEqual([]);
  });

  it('takes the rate of the largest size where all sizes have the price of the host', () => {
    const { xlargeUsd, sizes } = fitted({ '12xlarge': 7.2, '24xlarge': 7.2, '96xlarge': 7.2 });
    expect(xlargeUsd).toBe(0.075);
    expect([...sizes.keys()]).toEqual(['12xlarge', '24xlarge']);
  });

  it('does not list bare metal that costs a tenth more than its virtual size', () => {
    const sizes = { xlarge: 0.1, '2xlarge': 0.2, 'metal-24xl': 2.64, 'metal-48xl': 4.8 };
    expect([...fitted(sizes).sizes]).toEqual([['metal-48xl', 4.8]]);
  });
});
