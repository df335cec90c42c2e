import { describe, expect, it } from 'vitest';
import { sampleBody } from '../fixtures/sample-body.ts';
import { DIGEST_TYPE, isGathered, isTimeZone, lastDigestAt, toDigestData } from './digest.ts';
import { toNotice } from './notice.ts';
import { Tally } from './tally.ts';

const last = (now: string, at: string, timeZone: string) =>
  new Date(lastDigestAt(Date.parse(now), { at, timeZone })).toISOString().slice(0, 16);

describe('the latest digest', () => {
  it.each([
    ['2025-06-09T12:00Z', '08:00', 'UTC', '2025-06-09T08:00'],
    ['2025-06-09T08:00Z', '08:00', 'UTC', '2025-06-09T08:00'],
    ['2025-06-09T07:59Z', '08:00', 'UTC', '2025-06-08T08:00'],
    ['2025-06-09T07:00Z', '08:00', 'Europe/Berlin', '2025-06-09T06:00'],
    ['2025-01-09T07:30Z', '08:00', 'Europe/Berlin', '2025-01-09T07:00'],
    // Already tomorrow there, still yesterday there.
    ['2025-06-09T23:00Z', '08:30', 'Pacific/Auckland', '2025-06-09T20:30'],
    ['2025-06-09T05:00Z', '23:00', 'America/Los_Angeles', '2025-06-08T06:00'],
    ['2025-06-09T06:00Z', '05:45', 'Asia/Kathmandu', '2025-06-09T00:00'],
    // The clocks go from 02:00 to 03:00 on 30 March, and from 03:00 to 02:00 on 26 October.
    ['2025-03-30T12:00Z', '02:30', 'Europe/Berlin', '2025-03-30T01:30'],
    ['2025-03-30T12:00Z', '08:00', 'Europe/Berlin', '2025-03-30T06:00'],
    ['2025-10-26T12:00Z', '08:00', 'Europe/Berlin', '2025-10-26T07:00'],
    ['2025-10-26T12:00Z', '00:30', 'Europe/Berlin', '2025-10-25T22:30'],
  ])('at %s of one at %s in %s was at %s', (now, at, timeZone, due) => {
    expect(last(now, at, timeZone)).toBe(due);
  });

  it('comes once a day, whatever the clocks do', () => {
    const settings = { at: '02:30', timeZone: 'Europe/Berlin' };
    const start = Date.parse('2025-01-01T00:00Z');
    const asked = Array.from({ length: 365 * 8 }, (_, index) => start + index * 3 * 3_600_000);
    const times = [...new Set(asked.map((ms) => lastDigestAt(ms, settings)))];
    const gaps = times.slice(1).map((ms, index) => (ms - (times[index] ?? 0)) / 3_600_000);
    expect([times.length, new Set(gaps)]).toEqual([366, new Set([24, 23, 25])]);
  });
});

it.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Mars/Olympus', false],
  ['+02:00', false],
  ['', false],
  ['Europe/Berlin; drop', false],
])('%s is a time zone: %s', (text, isOne) => {
  expect(isTimeZone(text)).toBe(isOne);
});

describe('a delivery', () => {
  const daily = { config: '{"digest":{"at":"08:00","timeZone":"UTC"}}' };
  const first = { eventType: 'experiment.started', attempt: 1, trigger: 'event' } as const;
  it.each([
    ['of an event', first, daily, true],
    ['of an event, where there is no digest', first, { config: '{}' }, false],
    ['that was attempted before', { ...first, attempt: 2 }, daily, false],
    ['that somebody asked for', { ...first, trigger: 'redelivery' as const }, daily, false],
    ['of the digest itself', { ...first, eventType: DIGEST_TYPE }, daily, false],
    ['of the hub’s own news', { ...first, eventType: 'webhook.disabled' }, daily, false],
  ])('%s waits for a digest as it should', (_what, delivery, destination, isOne) => {
    expect(isGathered(delivery, destination)).toBe(isOne);
  });
});

it('a digest is a notice of what happened to each subject', () => {
  const tally = new Tally();
  for (let count = 0; count < 12; count++) tally.add(sampleBody('experiment.exposure'));
  tally.add(sampleBody('ces.response_created', { score: 5, comment: 'Names a person' }));
  const about = { destinationId: 'd', since: '2025-06-08T08:00:00.000Z', until: '2025-06-09T08:00:00.000Z' };
  const event = { ...sampleBody('webhook.test'), type: DIGEST_TYPE, data: toDigestData(tally, about) };
  const notice = toNotice(event, { publicUrl: 'https://hub.example.com' });
  expect(notice).toMatchObject({
    title: 'Daily digest: 13 events',
    facts: [
      { label: 'checkout-button', value: '12 exposures' },
      { label: 'Effort score', value: '1 answer · 5.0 of 7 on average' },
    ],
    link: { url: expect.stringMatching(/\/events$/) },
    when: '8 June 2025 at 08:00 UTC to 9 June 2025 at 08:00 UTC',
  });
  expect(JSON.stringify(event.data)).not.toContain('person');
});
