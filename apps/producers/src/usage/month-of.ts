/** A billing period: from its start until just before its end, Unix ms. */
export interface Period {
  start: number;
  end: number;
}

/** The calendar month, UTC, that a moment is in. */
export function monthOf(ms: number): Period {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
}
