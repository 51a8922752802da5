import * as v from 'valibot';

const DAY_MS = 24 * 3_600_000;
/** How many users an account may have (IAM User Guide, "IAM and AWS STS quotas"): no list of AWS's can be longer. */
const MOST_USERS = 5_000;
/** The most that only events have named: whoever may invoke the function can forge those. */
const MOST_UNSEEN = 100;

/**
 * Users who were locked out since AWS reported a key of theirs as exposed. The kill switch does not lock them out
 * again, so that the owner can restore them, until AWS's quarantine is gone: see docs/adr/0020-signals.md.
 */
export const exposures = v.pipe(
  v.array(
    v.object({
      /** In lower case: IAM does not tell upper and lower case apart. */
      user: v.pipe(v.string(), v.regex(/^[\w+=,.@-]{1,64}$/)),
      /** When the user was locked out, in ms since 1970. */
      at: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
      /** Whether a list of users has shown AWS's quarantine on the user. */
      isSeen: v.boolean(),
    }),
  ),
  v.maxLength(MOST_USERS + MOST_UNSEEN),
);
export type Exposures = v.InferOutput<typeof exposures>;

export const isRemembered = (known: Exposures, user: string): boolean =>
  known.some((each) => each.user === user.toLowerCase());

/**
 * Remembers users. It pushes nobody out: when there is no room, a further user is not remembered, and is locked out
 * again at the next poll, which the owner hears of. What events name has little room of its own.
 */
export function remembering(
  known: Exposures,
  users: readonly string[],
  { isSeen, now }: { readonly isSeen: boolean; readonly now: number },
): Exposures {
  const byUser = new Map(known.map((each) => [each.user, each]));
  let left = isSeen ? MOST_USERS : MOST_UNSEEN;
  for (const each of known) if (each.isSeen === isSeen) left -= 1;
  for (const user of new Set(users.map((name) => name.toLowerCase()))) {
    const before = byUser.get(user);
    if (!before && left-- <= 0) continue;
    byUser.set(user, { user, at: now, isSeen: isSeen || (before?.isSeen ?? false) });
  }
  return [...byUser.values()];
}

/**
 * Forgets users whose quarantine is gone. AWS may attach it some time after its event: so a user on whom it was not
 * seen yet is remembered for a day.
 * @param quarantined all users on whom AWS's quarantine is now: a list that broke off proves nothing.
 */
export function compared(known: Exposures, quarantined: readonly string[], now: number): Exposures {
  const names = new Set(quarantined.map((name) => name.toLowerCase()));
  return known.flatMap((each) => {
    if (names.has(each.user)) return { ...each, isSeen: true };
    return each.isSeen || each.at <= now - DAY_MS ? [] : each;
  });
}
