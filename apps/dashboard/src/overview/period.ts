/** How far back charts look. */
export const PERIODS = { '24h': 'Last 24 hours', '7d': 'Last 7 days', '30d': 'Last 30 days' } as const;

/** One of them. */
export type Period = keyof typeof PERIODS;

/** The period in the address; nothing there stands for 24 h. */
export function parsePeriod(search: Record<string, unknown>): { period?: Period } {
  const { period } = search;
  return period === '7d' || period === '30d' ? { period } : {};
}
