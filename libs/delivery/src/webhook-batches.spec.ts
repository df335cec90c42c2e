import { describe, expect, it } from 'vitest';
import type { Delivery } from '#events';
import { sampleDelivery, sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { batchAgain, isBatch, toBatch } from './batching.ts';
import type { Sendable } from './send-webhook.ts';
import { createSendWebhookBatch, toArray, webhookBatchPolicy } from './webhook-batches.ts';

const DESTINATION = sampleDestination().id;
const rejected = (status: number) => ({ kind: 'rejected', status, retryAfterMs: undefined }) as const;
const withBatch = (fields: Partial<Delivery>) =>
  webhookBatchPolicy(sampleDestination({ config: '{"batch":{"maxEvents":10,"maxWaitMs":500}}' }))?.groupOf(
    sampleDelivery(fields),
  );
const event = (eventId: string) => sampleDelivery({ eventId, body: Buffer.from(`{"id":"${eventId}"}`) });

describe('the batches of a webhook', () => {
  it.each(['', '{}'])('are none when its settings are %j', (config) => {
    const destination = sampleDestination({ config });
    expect(webhookBatchPolicy(destination)).toBeUndefined();
    expect(isBatch([event('a'), event('b')], webhookBatchPolicy(destination))).toBe(false);
  });

  it.each([
    ['experiment.conversion', ''],
    ['experiment.exposure', ''],
    ['feature_flag.exposed', ''],
    ['experiment.started', undefined],
    ['webhook.test', undefined],
    ['unknown.type', undefined],
  ])('take %s into group %j', (eventType, group) => {
    expect(withBatch({ eventType })).toBe(group);
  });

  it('that are sent again hold the same deliveries', () => {
    expect(withBatch({ batch: { id: 'b', size: 3 } })).toBe('b');
  });
});

describe('the id of a batch', () => {
  const idOf = (...ids: string[]) => toBatch(ids.map(event), DESTINATION).id;

  it('is the same for the same events in the same order, and for no others', () => {
    expect(idOf('a', 'b')).toBe(idOf('a', 'b'));
    expect(new Set([idOf('a', 'b'), idOf('b', 'a'), idOf('a'), idOf('b')]).size).toBe(4);
  });
});

describe('a batch that failed', () => {
  const batch = toBatch([event('a'), event('b')], DESTINATION);

  it.each([500, 503, 429, 401, 404])('with %i is made again as it was', (status) => {
    expect(batchAgain(event('a'), rejected(status), batch)).toBe(batch);
  });

  it.each([400, 413, 422])('with %i, which blames what was in it, is made again event by event', (status) => {
    const alone = toBatch([event('a')], DESTINATION);
    expect(batchAgain(event('a'), rejected(status), batch)).toEqual({ id: alone.id, size: 1 });
  });
});

describe('the request of a batch', () => {
  it('is an array of the very bytes of each event, under the id of the batch', async () => {
    const sends: Sendable[] = [];
    const send = createSendWebhookBatch((what) => {
      sends.push(what);
      return Promise.reject(new Error('not sent'));
    });
    const batch = toBatch([event('a'), event('b')], DESTINATION);
    await expect(send(batch, sampleDestination(), new AbortController().signal)).rejects.toThrow('not sent');
    const [sent] = sends;
    expect(sent).toMatchObject({ eventId: batch.id, eventType: 'batch' });
    expect(Buffer.from(sent?.body ?? '').toString()).toBe('[{"id":"a"},{"id":"b"}]');
  });

  it.each([0, 1, 2, 3])('of %i bodies is valid JSON', (count) => {
    const bodies = Array.from({ length: count }, (_, index) => Buffer.from(`{"n":${index},"s":"é,]"}`));
    expect(JSON.parse(toArray(bodies).toString())).toEqual(bodies.map((_, n) => ({ n, s: 'é,]' })));
  });
});
