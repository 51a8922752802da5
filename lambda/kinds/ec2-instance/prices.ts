import { priceOf } from '../../core/prices/prices.ts';
import { learnPrices } from '../../shell/sources/prices.ts';
import type { PriceList } from '../kind.ts';

/** `g4dn.xlarge`, or `g4dn.xlarge/spot`. */
const typeOf = (priceKey: string): string => priceKey.replace(/\/spot$/, '');

export const ec2InstancePrices: PriceList = {
  priceOf: (priceKey, region, learned) =>
    priceOf(typeOf(priceKey), region, priceKey.endsWith('/spot') ? 'spot' : 'on-demand', learned),
  learn: (clients, clock, wanted, known, atMost) =>
    learnPrices(
      clients,
      clock,
      wanted.map(({ priceKey, region }) => ({ type: typeOf(priceKey), region })),
      known,
      atMost,
    ),
};
