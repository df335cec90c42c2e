import type { ApiOperation } from '#service';
import { z } from 'zod';
import { statisticsQuery } from './statistics.request.ts';

const time = z.iso.datetime();
const latency = z
  .object({ p50: z.int(), p95: z.int(), p99: z.int() })
  .nullable()
  .describe('Duration of attempts in ms; null without any.');
const counts = {
  events: z.int().describe('Events accepted; always 0 for a single webhook.'),
  deliveries: z.int().describe('Deliveries made of them.'),
  delivered: z.int().describe('Attempts that the receiver answered with 2xx.'),
  failed: z.int().describe('Attempts that failed.'),
  latency,
};

const statistics = z.object({
  period: z.enum(['24h', '7d', '30d']),
  from: time,
  stepMs: z.int().describe('Length of a step in ms.'),
  series: z.array(z.object({ at: time, ...counts })).describe('Oldest first; steps without traffic too.'),
  total: z.object(counts),
  backlog: z.object({
    waiting: z.int().describe('Deliveries that wait for an attempt.'),
    isCapped: z.boolean().describe('Whether there are more than were counted.'),
    oldestAt: time.nullable().describe('When the event of the oldest was accepted.'),
  }),
});

const health = z.object({
  pauseAfter: z.int().describe('Consecutive failures after which a webhook is disabled.'),
  items: z.array(
    z.object({
      webhookId: z.uuid().describe('Of a destination of any kind.'),
      consecutiveFailures: z.int(),
      lastAttemptAt: time.nullable(),
      lastSuccessAt: time.nullable(),
      lastFailure: z
        .object({
          at: time,
          status: z.int().nullable(),
          error: z.string().nullable().describe('What went wrong, in plain words.'),
          deliveryId: z.uuid().nullable(),
        })
        .nullable(),
      hours: z
        .array(z.object({ delivered: z.int(), failed: z.int() }))
        .describe('Attempts of the last 24 hours, oldest first.'),
    }),
  ),
});

/** Routes that tell how things go. */
export const STATISTICS_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'get',
    path: '/v1/projects/{projectId}/statistics',
    id: 'getStatistics',
    tag: 'Statistics',
    summary: 'Events, attempts and latency of a project over time, and what waits.',
    query: statisticsQuery,
    answer: statistics,
  },
  {
    method: 'get',
    path: '/v1/projects/{projectId}/webhooks/{webhookId}/statistics',
    id: 'getWebhookStatistics',
    tag: 'Statistics',
    summary: 'Attempts and latency of a webhook over time, what waits and what is held.',
    query: statisticsQuery,
    answer: statistics.extend({ held: z.int().describe('Deliveries held while the webhook is disabled.') }),
  },
  {
    method: 'get',
    path: '/v1/projects/{projectId}/webhook-health',
    id: 'getWebhookHealth',
    tag: 'Statistics',
    summary: 'How each webhook, Slack channel and e-mail list of a project does.',
    answer: health,
  },
];
