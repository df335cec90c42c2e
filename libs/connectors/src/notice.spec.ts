import { EVENT_CATALOGUE } from '#events';
import { describe, expect, it } from 'vitest';
import { areBlocksValid } from '../../../test/harness/check-blocks.ts';
import { sampleBody } from '../fixtures/sample-body.ts';
import { toNotice } from './notice.ts';
import { toSlackMessage } from './slack-message.ts';

const LINKS = { publicUrl: 'https://hub.example.com' };
const noticeOf = (type: string, data: object = {}) => toNotice(sampleBody(type, data), LINKS);
const facts = (type: string, data: object = {}) =>
  noticeOf(type, data).facts.map(({ label, value }) => `${label}: ${value}`);

describe('the notice of an event', () => {
  it.each([
    ['experiment.created', 'Experiment created: Checkout button colour'],
    ['experiment.started', 'Experiment started: Checkout button colour'],
    ['experiment.paused', 'Experiment paused: Checkout button colour'],
    ['experiment.finished', 'Experiment finished: Checkout button colour'],
    ['experiment.published', 'Experiment published: Checkout button colour'],
    ['experiment.exposure', 'Visitor in checkout-button (variant green-button)'],
    ['experiment.conversion', 'Conversion on checkout-button (variant green-button)'],
    ['experiment.winner_detected', 'Winner found: green-button in checkout-button'],
    ['ces.response_created', 'Effort score 6 of 7'],
    ['feature_flag.created', 'Feature flag created: New search'],
    ['feature_flag.updated', 'Feature flag updated: New search'],
    ['feature_flag.exposed', 'Visitor got on of flag new-search'],
    ['usage.limit_reached', 'Limit reached: exposures'],
    ['billing.plan_changed', 'Plan changed: starter → growth'],
    ['webhook.test', 'Test from Ttoolab'],
  ])('%s is titled %j', (type, title) => {
    expect(noticeOf(type).title).toBe(title);
  });

  it.each(EVENT_CATALOGUE.map(({ type }) => [type]))('%s never shows raw data', (type) => {
    const shown = JSON.stringify(noticeOf(type).facts);
    for (const raw of ['undefined', 'null', 'NaN', '[object', '{\\"', '[]']) expect(shown).not.toContain(raw);
  });

  it('tells the facts that matter, in words', () => {
    expect(facts('experiment.conversion')).toEqual([
      'Goal: purchase',
      'Revenue: 59.90 EUR',
      'Page: https://shop.example.com/thanks',
    ]);
    expect(facts('experiment.finished')).toContain('Winner: Green button');
    expect(facts('experiment.winner_detected', { uplift: 0.125, confidence: 0.97 })).toEqual(
      expect.arrayContaining(['Uplift over the control: +12.5 %', 'Confidence: 97 %']),
    );
    expect(facts('usage.limit_reached')).toEqual([
      'Used: 100,000 of 100,000',
      'Plan: growth',
      'Starts again: 1 July 2025 at 00:00 UTC',
    ]);
  });

  it('leaves out what was not said', () => {
    expect(facts('experiment.conversion', { revenue: null, currency: null })).not.toContain('Revenue');
    expect(noticeOf('ces.response_created', { comment: null }).quotes).toEqual([]);
  });

  it('of a type that came later says its name', () => {
    expect(noticeOf('experiment.renamed')).toMatchObject({ title: 'experiment.renamed', facts: [] });
  });

  it('leads to the event', () => {
    const { projectId, id } = sampleBody('webhook.test');
    expect(noticeOf('webhook.test').link.url).toBe(
      `https://hub.example.com/projects/${projectId}/events/${id}`,
    );
  });
});

const ID = '0197a1b2-0000-7000-8000-0000000000c1';
it.each([
  ['webhook.disabled', { destinationId: ID, kind: 'webhook' }, `/webhooks/${ID}`],
  ['webhook.failing', { destinationId: ID, kind: 'slack' }, `/destinations/${ID}`],
  ['webhook.recovered', { destinationId: ID, kind: 'email' }, `/destinations/${ID}`],
  ['delivery.exhausted', { destinationId: ID, deliveryId: ID }, `/deliveries/${ID}`],
])('the notice of %s leads to what it speaks of', (type, data, path) => {
  const { projectId } = sampleBody(type);
  expect(noticeOf(type, data).link.url).toBe(`https://hub.example.com/projects/${projectId}${path}`);
});

describe('a Slack message', () => {
  const HOSTILE = '<!channel> <https://evil.example|click> & @here *bold* :x:\u202Egnp';

  it('reads nothing from outside as markup: only the hub’s own link is', () => {
    const message = toSlackMessage(noticeOf('ces.response_created', { comment: HOSTILE }));
    const marked = JSON.stringify(message.blocks).match(/"type":"mrkdwn","text":"[^"]*"/g);
    expect(marked).toEqual([
      expect.stringMatching(
        /^"type":"mrkdwn","text":"<https:\/\/hub\.example\.com\/projects\/[\w-]+\/events\/[\w-]+\|Open the event>"$/,
      ),
    ]);
  });

  it('escapes what stands in its notification', () => {
    const { text } = toSlackMessage(noticeOf('experiment.started', { name: HOSTILE }));
    expect(text).toContain('&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp;');
    expect(text).not.toMatch(/[<>\u202E]/);
  });

  it.each(EVENT_CATALOGUE.map(({ type }) => [type]))(
    'of %s keeps to Slack’s limits, however long',
    (type) => {
      const long = '😀'.repeat(5_000);
      const data = Object.fromEntries(
        Object.entries(sampleBody(type).data).map(([name, value]) => [
          name,
          typeof value === 'string' ? value + long : value,
        ]),
      );
      const { blocks, text } = toSlackMessage(noticeOf(type, data));
      expect(areBlocksValid(blocks)).toBe(true);
      expect(text.length).toBeLessThanOrEqual(3_000);
      expect(JSON.stringify(blocks)).not.toMatch(/\\ud83d(?!\\ude00)/);
      expect(Buffer.from(text).toString()).toBe(text);
    },
  );
});
