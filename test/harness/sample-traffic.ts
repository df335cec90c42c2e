import { randomUUID } from 'node:crypto';
import { sql, type Database } from '#database';
import type { Project } from './hub.ts';

/** The nil UUID stands for the project as a whole. */
export const WHOLE_PROJECT = '00000000-0000-0000-0000-000000000000';

/** How much of a project's events a destination gets, and how much of that fails, in hundredths. */
export interface TrafficShare {
  id: string;
  volume: number;
  failing: number;
}

/** Counts of the last 30 days, as the recorder would have kept them: a tide by day, and some noise. */
export async function addTraffic(
  database: Database,
  { tenantId, projectId }: Pick<Project, 'tenantId' | 'projectId'>,
  shares: readonly TrafficShare[],
): Promise<void> {
  for (const { id, volume, failing } of shares)
    await database.run(sql`
      insert into traffic (tenant_id, project_id, destination_id, width_minutes, starts_at, events, deliveries,
        delivered, failed, to_10_ms, to_25_ms, to_50_ms, to_100_ms, to_250_ms, to_1000_ms)
      select ${tenantId}, ${projectId}, ${id}, width, at, n, n * ${volume} / 100, good, bad,
        good / 6, good / 4, good / 3, good / 6, good / 20, bad
      from (select *, (n * ${volume} * (100 - ${failing}) / 10000)::int as good,
          (n * ${volume} * ${failing} / 10000)::int as bad
        from (select width, at, (width * (18 + 11 * sin(extract(epoch from at) / 13750.99)
            + (extract(epoch from at)::bigint / 600 % 7) / 4.0))::int as n
          from unnest(array[10, 60]) width, generate_series(
            date_bin(make_interval(mins => width), now() - interval '30 days', 'epoch'),
            now() - make_interval(mins => width), make_interval(mins => width)) at) steps) counted
      on conflict do nothing`);
}

const ANSWERS = [
  { score: 7, comment: 'Paying was easy' },
  { score: 6, comment: 'Quick, thank you' },
  { score: 5, comment: null },
  { score: 6, comment: null },
  { score: 3, comment: 'I did not find where to enter my voucher' },
  { score: 7, comment: null },
  { score: 4, comment: 'Three steps would do' },
];
const DAY_MS = 86_400_000;

/** Answers to a survey over the last days, as events: it gets easier. */
export function pastSurveys(days: number): { id: string; type: string; data: Record<string, unknown> }[] {
  return Array.from({ length: days }, (_, ago) =>
    ANSWERS.slice(0, 2 + Math.round(5 * Math.abs(Math.sin(ago * 12.9)))).map(({ score, comment }, index) => ({
      id: randomUUID(),
      type: 'ces.response_created',
      data: {
        surveyId: 'checkout',
        responseId: randomUUID(),
        score: Math.max(1, score - Math.round((ago * (1 + (index % 3))) / 60)),
        scaleMin: 1,
        scaleMax: 7,
        comment,
        anonymousId: randomUUID(),
        url: 'https://shop.example.com/thanks',
        submittedAt: new Date(Date.now() - ago * DAY_MS).toISOString(),
        assignments: [{ experimentKey: 'checkout-button', variantKey: index % 2 ? 'green' : 'blue' }],
      },
    })),
  ).flat();
}
