import type { Random } from '../../core/random.ts';

const HEX_DIGITS_OF_A_DRAW = 8;

/** An id in the form that EC2 has used since 2016: `i-0` and 16 hexadecimal digits. Source: Resource IDs. */
export function resourceId(random: Random, prefix: string): string {
  const draw = () => random.integer(0, 0xffffffff).toString(16).padStart(HEX_DIGITS_OF_A_DRAW, '0');
  return `${prefix}-0${draw()}${draw()}`;
}

/** A Spot request's id is shorter: `sir-` and 8 letters or digits. */
export function spotRequestId(random: Random): string {
  return `sir-${Array.from({ length: 8 }, () => random.pick([...'abcdefghijkmnpqrstuvwxyz23456789'])).join('')}`;
}
