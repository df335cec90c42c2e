/** Microseconds of the machine's monotonic clock: one clock for all processes, the one that V8's profiles use too. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
