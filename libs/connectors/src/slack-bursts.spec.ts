import { EVENT_CATALOGUE } from '#events';
import { describe, expect, it } from 'vitest';
import { sampleDelivery, sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { sampleBody } from '../fixtures/sample-body.ts';
import { slackBurstPolicy } from './slack-bursts.ts';

const policy = slackBurstPolicy(60_000)(sampleDestination());
const groupOf = (type: string, data: object = {}) =>
  policy?.groupOf(sampleDelivery({ body: Buffer.from(JSON.stringify(sampleBody(type, data))) }));

describe('the bursts that Slack gets as one message', () => {
  it('are of one experiment, whatever happened to it', () => {
    const group = groupOf('experiment.started');
    expect(groupOf('experiment.conversion')).toBe(group);
    expect(groupOf('experiment.exposure')).toBe(group);
    expect(groupOf('experiment.conversion', { experimentId: 'another' })).not.toBe(group);
  });

  it('are of surveys and flags too; news, usage and billing come at once', () => {
    const alone = EVENT_CATALOGUE.filter(({ type }) => groupOf(type) === undefined).map(({ type }) => type);
    expect(alone.toSorted()).toEqual([
      'billing.plan_changed',
      'delivery.exhausted',
      'usage.limit_reached',
      'webhook.disabled',
      'webhook.failing',
      'webhook.recovered',
      'webhook.test',
    ]);
  });

  it('leave out what is sent again: a message as it was, a single event alone', () => {
    expect(policy?.groupOf(sampleDelivery({ attempt: 2, batch: { id: 'b', size: 4 } }))).toBe('b');
    expect(policy?.sizeOf(sampleDelivery({ batch: { id: 'b', size: 4 } }))).toBe(4);
    expect(policy?.groupOf(sampleDelivery({ attempt: 2 }))).toBeUndefined();
    expect(policy?.groupOf(sampleDelivery({ trigger: 'redelivery' }))).toBeUndefined();
  });

  it('have one message a window, and a message of its own for one event', () => {
    expect(policy).toMatchObject({ spacingMs: 60_000, minEvents: 2 });
    expect(slackBurstPolicy(0)(sampleDestination())).toBeUndefined();
  });
});
