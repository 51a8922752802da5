/** AWS's own managed policy that denies everything: whoever is denied by it cannot take it off. */
export const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
