/** Date, performance.now and process.hrtime as virtual time has them: one clock, so they agree. */
export function clockOf(now) {
  const RealDate = Date;
  const startedAt = now();
  const elapsed = () => now() - startedAt;
  const today = () => Math.floor(now());

  function VirtualDate(...parts) {
    if (new.target === undefined) return new RealDate(today()).toString();
    return Reflect.construct(RealDate, parts.length === 0 ? [today()] : parts, new.target);
  }
  const statics = Object.getOwnPropertyDescriptors(RealDate);
  Object.defineProperties(VirtualDate, {
    ...statics,
    name: { ...statics.name, value: 'Date' },
    now: { ...statics.now, value: today },
  });

  const nanoseconds = () => BigInt(Math.round(elapsed() * 1e6));
  const hrtime = (since = [0, 0]) => {
    const passed = nanoseconds() - (BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]));
    const part = ((passed % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    return [Number((passed - part) / 1_000_000_000n), Number(part)];
  };
  hrtime.bigint = nanoseconds;
  return { Date: VirtualDate, elapsed, hrtime };
}
