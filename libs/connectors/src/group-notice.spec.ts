import { EVENT_CATALOGUE } from '#events';
import { describe, expect, it } from 'vitest';
import { areBlocksValid } from '../../../test/harness/check-blocks.ts';
import { sampleBody } from '../fixtures/sample-body.ts';
import { toGroupNotice } from './group-notice.ts';
import { toNotice } from './notice.ts';
import type { EventBody } from './read-body.ts';
import { toSlackMessage } from './slack-message.ts';

const LINKS = { publicUrl: 'https://hub.example.com' };
const noticeOf = (...events: EventBody[]) => toGroupNotice(events as [EventBody], LINKS);
const times = (count: number, type: string, data: object = {}) =>
  Array.from({ length: count }, () => sampleBody(type, data));
const linesOf = (...events: EventBody[]) =>
  noticeOf(...events).facts.map(({ label, value }) => `${label}: ${value}`);

describe('several events as one notice', () => {
  it('are told as one event when there is but one', () => {
    const event = sampleBody('experiment.started');
    expect(noticeOf(event)).toEqual(toNotice(event, LINKS));
  });

  it('are titled by what they have in common', () => {
    expect(noticeOf(...times(1_200, 'experiment.conversion')).title).toBe(
      '1,200 conversions: checkout-button',
    );
    expect(noticeOf(sampleBody('experiment.started'), ...times(2, 'experiment.exposure')).title).toBe(
      '3 events: checkout-button',
    );
    expect(noticeOf(sampleBody('ces.response_created'), sampleBody('usage.limit_reached')).title).toBe(
      '2 events',
    );
  });

  it('are counted by what they speak of, the busiest first', () => {
    expect(
      linesOf(
        sampleBody('experiment.started'),
        ...times(2, 'experiment.exposure'),
        ...times(3, 'experiment.conversion', { revenue: 10.25, currency: 'EUR' }),
        ...times(2, 'feature_flag.updated'),
        sampleBody('ces.response_created', { score: 3 }),
        sampleBody('ces.response_created', { score: 6 }),
        sampleBody('ces.response_created', { score: 7 }),
        sampleBody('billing.plan_changed'),
      ),
    ).toEqual([
      'checkout-button: started · 2 exposures · 3 conversions · 30.75 EUR',
      'Effort score: 3 answers · 5.3 of 7 on average',
      'new-search: updated 2 times',
      'Account: plan changed',
    ]);
  });

  it('beyond what a person reads are one line', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      sampleBody('experiment.exposure', { experimentKey: `key-${index}` }),
    );
    const busy = sampleBody('experiment.exposure', { experimentKey: 'key-0' });
    const lines = linesOf(...many, busy, busy);
    expect(lines).toHaveLength(8);
    expect(lines[0]).toBe('key-0: 3 exposures');
    expect(lines.at(-1)).toBe('Others: 493 events');
  });

  it('quote three comments at most', () => {
    const { quotes } = noticeOf(...times(5, 'ces.response_created', { comment: 'So easy' }));
    expect(quotes).toEqual(['So easy', 'So easy', 'So easy']);
  });

  it('tell from when to when, and lead to the list of events', () => {
    const later = { ...sampleBody('experiment.started'), createdAt: '2025-06-09T13:30:00.000Z' };
    const { when, link } = noticeOf(later, sampleBody('experiment.started'));
    expect(when).toBe('9 June 2025 at 12:00 UTC to 9 June 2025 at 13:30 UTC');
    expect(link.url).toMatch(/^https:\/\/hub\.example\.com\/projects\/[\w-]+\/events$/);
  });

  it('of every type there is are a message that Slack takes', () => {
    const all = EVENT_CATALOGUE.map(({ type }) => sampleBody(type));
    const { blocks } = toSlackMessage(noticeOf(...all, ...all));
    expect(areBlocksValid(blocks)).toBe(true);
    expect(JSON.stringify(blocks)).not.toMatch(/undefined|NaN|\[object/);
  });

  it('of a type that came later are told by its name', () => {
    expect(linesOf(...times(2, 'experiment.renamed'))).toEqual(['Account: experiment.renamed 2 times']);
  });
});
