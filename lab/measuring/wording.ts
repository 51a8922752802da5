const NEVER = 'never';

/** `2 d 4 h`, `3 h 20 min`, `12 min`, `40 s`; `never` for null. */
export function duration(minutes: number | null): string {
  if (minutes === null) return NEVER;
  if (minutes < 1) return `${Math.round(minutes * 60)} s`;
  const whole = Math.round(minutes);
  const [days, hours, rest] = [Math.floor(whole / 1440), Math.floor((whole % 1440) / 60), whole % 60];
  if (days > 0) return hours === 0 ? `${days} d` : `${days} d ${hours} h`;
  if (hours > 0) return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
  return `${rest} min`;
}

/** `$5,700`; cents below a hundred dollars, where there are any. */
export function dollars(usd: number): string {
  const digits = usd < 100 && !Number.isInteger(usd) ? 2 : 0;
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `$${usd.toLocaleString('en-US', format)}`;
}

/** The same in another currency too: `$140,000 · ¥18.9 million`. */
export function amount(
  usd: number,
  currency: { readonly code: string; readonly perUsd: number } | undefined,
): string {
  if (!currency) return dollars(usd);
  const own = usd * currency.perUsd;
  const sign = currency.code === 'JPY' ? '¥' : `${currency.code} `;
  const text =
    own >= 1_000_000 ? `${(own / 1_000_000).toFixed(1)} million` : Math.round(own).toLocaleString('en-US');
  return `${dollars(usd)} · ${sign}${text}`;
}

/** Lines of at most so many characters, broken between words. */
export function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1] ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
