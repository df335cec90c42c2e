import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useFlow } from '../harness/flow.ts';
import { startRuns } from '../harness/runs.ts';

// What every promise about times rests on: a hub that was told nothing about deliveries.
const flow = useFlow();

const settings = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

/** The default that the documentation names for a setting. */
function documentedDefault(name: string): string | undefined {
  return new RegExp(`^\\| \`${name}\` +\\| \`?([^|\`]*?)\`? +\\|`, 'm').exec(settings)?.[1];
}

const MINUTE_MS = 60_000;
const RUNGS = [
  { name: 'no Retry-After', retryAfter: undefined, delayMs: MINUTE_MS },
  { name: 'Retry-After 61', retryAfter: '61', delayMs: 5 * MINUTE_MS },
  { name: 'Retry-After 301', retryAfter: '301', delayMs: 15 * MINUTE_MS },
  { name: 'Retry-After 901', retryAfter: '901', delayMs: 60 * MINUTE_MS },
  { name: 'Retry-After 7200', retryAfter: '7200', delayMs: 60 * MINUTE_MS },
];

describe('without any configuration', () => {
  it('retries go through a topic for each delay of the contract', () => {
    const { deliveries, retries } = flow.hub.topics.webhook;
    expect(retries.map(({ topic, ms }) => [topic.slice(deliveries.length), ms])).toEqual([
      ['.retry.1m', MINUTE_MS],
      ['.retry.5m', 5 * MINUTE_MS],
      ['.retry.15m', 15 * MINUTE_MS],
      ['.retry.1h', 60 * MINUTE_MS],
    ]);
  });

  it.each([
    ['RETRY_DELAYS', '1m,5m,15m,1h'],
    ['DELIVERY_TIMEOUT', '30s'],
    ['AUTO_PAUSE_FAILURES', '10'],
    ['MAX_RESPONSE_BYTES', '16kb'],
    ['MAX_EVENT_BYTES', '256kb'],
    ['MAX_BATCH_EVENTS', '500'],
    ['INGEST_ACK_TIMEOUT', '10s'],
  ])('the documented default of %s is %s, as the contract says', (name, value) => {
    expect(documentedDefault(name)).toBe(value);
  });

  const runOf = startRuns(
    flow,
    'defaults',
    RUNGS.map(({ name, retryAfter }) => ({
      name,
      behaviour: (response) =>
        response.writeHead(500, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end(),
    })),
  );

  it.for(RUNGS)('a first failure with $name is tried again after $delayMs ms', async (rung) => {
    const { shop, webhook, eventId } = runOf(rung);
    const { attempts, nextAttemptAt, attemptList } = await shop.settled(webhook.id, eventId, 'retrying');
    const [attempt] = attemptList;
    expect([attempts, attempt?.status, attempt?.nextAttemptAt]).toEqual([1, 500, nextAttemptAt]);
    const endedAt = Date.parse(attempt?.startedAt ?? '') + (attempt?.durationMs ?? 0);
    const delayMs = Date.parse(nextAttemptAt ?? '') - endedAt;
    expect(delayMs).toBeGreaterThanOrEqual(rung.delayMs - 5);
    expect(delayMs).toBeLessThan(rung.delayMs + 1_000);
    expect(flow.receiver.receipts(webhook.path)).toHaveLength(1);
  });
});
