import { explainOutcome } from '../explain-outcome.ts';
import type { HealthRow, SparkRow } from './statistics.store.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** After how many consecutive failures a webhook is disabled. */
export class PauseRule {
  readonly failures: number;

  constructor(failures: number) {
    this.failures = failures;
  }
}

/** What a list of webhooks tells of each one's health. */
export interface WebhookHealth {
  webhookId: string;
  consecutiveFailures: number;
  lastAttemptAt: Date | null;
  lastSuccessAt: Date | null;
  lastFailure: { at: Date; status: number | null; error: string | null; deliveryId: string | null } | null;
  /** The last 24 hours, oldest first. */
  hours: { delivered: number; failed: number }[];
}

/** Health by webhook. @param firstHour when the first of 24 hours begins */
export function toHealth(
  rows: readonly HealthRow[],
  sparks: readonly SparkRow[],
  firstHour: Date,
): WebhookHealth[] {
  const byWebhook = Map.groupBy(sparks, ({ webhookId }) => webhookId);
  return rows.map(({ webhookId, consecutiveFailures, lastAttemptAt, lastSuccessAt, ...row }) => ({
    webhookId,
    consecutiveFailures,
    lastAttemptAt,
    lastSuccessAt,
    lastFailure: lastFailureOf(row),
    hours: hoursOf(byWebhook.get(webhookId) ?? [], firstHour),
  }));
}

function lastFailureOf(
  row: Omit<HealthRow, 'webhookId' | 'consecutiveFailures' | 'lastAttemptAt' | 'lastSuccessAt'>,
) {
  const { lastFailureAt: at, lastFailureStatus: status, lastFailureError: errorClass } = row;
  if (at === null) return null;
  return { at, status, error: explainOutcome({ errorClass, status }), deliveryId: row.lastFailureDeliveryId };
}

function hoursOf(sparks: readonly SparkRow[], firstHour: Date): WebhookHealth['hours'] {
  const hours = Array.from({ length: HOURS }, () => ({ delivered: 0, failed: 0 }));
  for (const { at, delivered, failed } of sparks) {
    const index = Math.round((at.getTime() - firstHour.getTime()) / HOUR_MS);
    if (index >= 0 && index < HOURS) hours[index] = { delivered, failed };
  }
  return hours;
}
