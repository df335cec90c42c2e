import type { Warehouse } from '../api/types.ts';
import type { Tone } from '../ui/badge.tsx';

/** A sink that has reported at least once. */
export type Sink = NonNullable<Warehouse['sink']>;

/** How a sink does, in a word and in a sentence. */
export function describeSink({ isRunning, isHealthy, behindSince }: Sink): {
  tone: Tone;
  label: string;
  meaning: string;
} {
  if (!isRunning) return { tone: 'bad', label: 'Stopped', meaning: 'it has not reported for 30 s' };
  if (!isHealthy) return { tone: 'bad', label: 'Failing', meaning: 'the warehouse takes no rows' };
  if (behindSince !== null) return { tone: 'warn', label: 'Catching up', meaning: 'older events wait' };
  return { tone: 'good', label: 'Up to date', meaning: 'rows come within seconds' };
}

/** The answers of all days, and what they average; null where there are none. */
export function averageOf(trend: Warehouse['trend']): { responses: number; score: number | null } {
  const responses = trend.reduce((sum, day) => sum + day.responses, 0);
  const total = trend.reduce((sum, day) => sum + day.averageScore * day.responses, 0);
  return { responses, score: responses === 0 ? null : total / responses };
}

const DAY_MS = 86_400_000;
const WEEK = 7;

/** A day of the chart; a day without an answer has no score, and the trend is that of the week up to it. */
export interface TrendPoint {
  day: string;
  responses: number;
  score: number | null;
  trend: number | null;
}

/** Every day from the first to the last, those without answers too. */
export function drawTrend(trend: Warehouse['trend']): TrendPoint[] {
  const byDay = new Map(trend.map((each) => [each.day, each]));
  const [first, last] = [trend[0], trend.at(-1)];
  if (first === undefined || last === undefined) return [];
  const count = Math.round((Date.parse(last.day) - Date.parse(first.day)) / DAY_MS) + 1;
  const days = Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(first.day) + index * DAY_MS).toISOString().slice(0, 10),
  );
  return days.map((day, index) => {
    const week = days
      .slice(Math.max(0, index - WEEK + 1), index + 1)
      .flatMap((each) => byDay.get(each) ?? []);
    const own = byDay.get(day);
    return {
      day,
      responses: own?.responses ?? 0,
      score: own?.averageScore ?? null,
      trend: averageOf(week).score,
    };
  });
}
