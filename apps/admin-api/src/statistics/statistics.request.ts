import { z } from 'zod';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** How far back charts look, in what steps, and which counts they are made of. */
export const PERIODS = {
  '24h': { lengthMs: DAY_MS, stepMs: 30 * MINUTE_MS, widthMinutes: 10 },
  '7d': { lengthMs: 7 * DAY_MS, stepMs: 240 * MINUTE_MS, widthMinutes: 60 },
  '30d': { lengthMs: 30 * DAY_MS, stepMs: DAY_MS, widthMinutes: 60 },
} as const;

/** One of them. */
export type Period = keyof typeof PERIODS;

export const statisticsQuery = z.strictObject({
  period: z.enum(['24h', '7d', '30d']).default('24h').describe('How far to look back.'),
});

/** A checked request for statistics. */
export type StatisticsQuery = z.output<typeof statisticsQuery>;
