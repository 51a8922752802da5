import type { Random } from '../../simulated-aws/core/random.ts';
import type { Script, Step } from '../incidents/schema.ts';

export const TYPES = ['t3.micro', 'c4.8xlarge', 'c5.24xlarge', 'g4dn.xlarge', 'p3.16xlarge'] as const;

/** An intruder who got the key of `user`. */
export function intruderFrom(random: Random, regions: readonly string[], user: string): Script {
  const steps = Array.from({ length: random.integer(1, 8) }, (_, at) =>
    stepFrom(random, regions, `${user}-${at}`),
  );
  const reactions = {
    everyMinutes: random.integer(1, 10),
    relaunch: random.chance(0.5),
    keepCredentials: random.integer(0, 3),
    fillPolicySlots: random.chance(0.2),
    protect: random.chance(0.3) ? [random.pick(['termination', 'stop'] as const)] : [],
  };
  const script = { got: 'leaked-key' as const, user, atHour: 0, steps };
  return random.chance(0.7) ? { ...script, reactions } : script;
}

function stepFrom(random: Random, regions: readonly string[], name: string): Step {
  const atMinute = random.integer(0, 60);
  const where = Array.from({ length: random.integer(1, 4) }, () => random.pick(regions));
  const step = { atMinute, regions: [...new Set(where)] };
  const protect = (['termination', 'stop'] as const).filter(() => random.chance(0.3));
  switch (random.pick(['launch', 'launch', 'launch', 'group', 'create-user', 'session'] as const)) {
    case 'launch': {
      const lifecycle = random.pick(['on-demand', 'on-demand', 'spot', 'persistent-spot'] as const);
      return {
        do: 'launch',
        ...step,
        type: random.pick(TYPES),
        count: random.integer(1, 30),
        lifecycle,
        protect,
      };
    }
    case 'group': {
      const desired = random.integer(1, 30);
      const type = random.pick(TYPES);
      return { do: 'group', ...step, name: `group-of-${name}`, type, desired, min: 0, max: desired, protect };
    }
    case 'create-user':
      return { do: 'create-user', atMinute, name: `helper-of-${name}`, keys: random.pick([1, 2] as const) };
    default:
      return { do: 'session', atMinute, hours: random.integer(1, 36) };
  }
}
