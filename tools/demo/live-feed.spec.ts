import { describe, expect, it } from 'vitest';
import { createRandom } from '../../apps/producers/src/simulator/random.ts';
import { createFlakyMood } from './flaky-mood.ts';
import { LiveFeed } from './live-feed.ts';

const AT = new Date(2025, 5, 9, 12, 0, 1).getTime();
const ATTEMPT = {
  level: 30,
  time: AT,
  app: 'all-in-one',
  msg: 'delivery.attempted',
  deliveryId: 'd1',
  eventType: 'ces.response_created',
  destinationId: 'w1',
  attempt: 1,
  outcome: 'delivered',
  status: 200,
  errorClass: null,
  ms: 4.4,
  next: 'done',
};
const FAILED = { ...ATTEMPT, outcome: 'rejected', status: 500, next: 'retry' };

function setUp(hasColour = false) {
  const shown: string[] = [];
  const style = { hasColour, names: new Map([['w1', 'Flaky CRM']]), retryDelays: ['5s', '15s'] };
  const feed = new LiveFeed(style, (line) => shown.push(line));
  const read = (...lines: object[]) => lines.forEach((line) => feed.read(JSON.stringify(line)));
  return { feed, shown, read };
}

describe('the live feed', () => {
  it.each([
    [ATTEMPT, '12:00:01  ces.response_created        Flaky CRM        1  200             4'],
    [FAILED, '12:00:01  ces.response_created        Flaky CRM        1  500             4  retry in 5s'],
    [
      { ...FAILED, attempt: 2 },
      '12:00:01  ces.response_created        Flaky CRM        2  500             4  retry in 15s',
    ],
    [
      { ...ATTEMPT, attempt: 3 },
      '12:00:01  ces.response_created        Flaky CRM        3  200             4  arrived after all',
    ],
    [
      { ...FAILED, status: null, errorClass: 'timeout', next: 'dead' },
      '12:00:01  ces.response_created        Flaky CRM        1  timeout         4  given up',
    ],
    [
      { ...ATTEMPT, destinationId: '01a20a5e-fd9a-70b5' },
      '12:00:01  ces.response_created        01a20a5e         1  200             4',
    ],
  ])('shows an attempt as a line', (line, expected) => {
    const { feed, shown, read } = setUp();
    read(line);
    expect(shown).toEqual([]);
    feed.begin();
    expect(shown[0]).toMatch(/^time +event +destination +try +status +ms +next$/);
    expect(shown[1]).toBe(expected);
  });

  it('has colours only where they are wanted', () => {
    const [plain, coloured] = [setUp(), setUp(true)];
    for (const { feed, read } of [plain, coloured]) {
      feed.begin();
      read(FAILED);
    }
    expect(plain.shown.join('')).not.toContain('\u001B[');
    expect(coloured.shown.join('')).toContain('\u001B[33m');
  });

  it('counts what was published, arrived, was verified and waits', () => {
    const { feed, read } = setUp();
    feed.begin();
    read({ level: 30, msg: 'simulation.progress', published: 7, failed: 0 });
    read(ATTEMPT, FAILED, { ...FAILED, deliveryId: 'd2' }, { ...ATTEMPT, deliveryId: 'd2', attempt: 2 });
    feed.received(true);
    const status =
      '7 events published · 2 deliveries arrived · 1 signatures verified by the receiver · 1 waiting';
    expect(feed.status()).toContain(status);
    feed.received(false);
    expect(feed.status()).toContain('1 REJECTED');
  });

  it('shows warnings of a hub that is ready, errors always, other lines never', () => {
    const { feed, shown, read } = setUp();
    const warning = {
      level: 40,
      time: AT,
      pid: 1,
      hostname: 'h',
      app: 'all-in-one',
      msg: 'kafka.send_failed',
    };
    read(warning, { ...warning, level: 60, msg: 'service.failed', err: { message: 'no\nluck' } });
    expect(shown).toEqual(['12:00:01  error all-in-one: service.failed no luck']);
    feed.begin();
    read({ ...warning, records: 3 }, { ...warning, level: 30 }, { ...warning, level: 20 });
    feed.read('plain text');
    feed.read('{"broken');
    expect(shown.slice(1)).toEqual([
      '12:00:01  warning all-in-one: kafka.send_failed records=3',
      'plain text',
      '{"broken',
    ]);
  });

  it('tells what was the matter with a hub that never was ready', () => {
    const { feed, shown, read } = setUp();
    read({ level: 40, time: AT, app: 'all-in-one', msg: 'table.connect_failed' });
    expect(shown).toEqual([]);
    feed.tellEarlyWarnings();
    expect(shown).toEqual(['12:00:01  warning all-in-one: table.connect_failed']);
  });
});

describe('the flaky receiver', () => {
  it('fails now and then, never more than four times in a row, and gets well in between', () => {
    const next = createFlakyMood(createRandom(1).fraction);
    const statuses = Array.from({ length: 50_000 }, () => next().status);
    const runs = statuses.map((status) => (status === 500 ? 'x' : '.')).join('');
    expect(runs).not.toContain('xxxxx');
    expect(runs).not.toMatch(/x\.{1,5}x/);
    const failed = statuses.filter((status) => status === 500).length / statuses.length;
    expect(failed).toBeGreaterThan(0.08);
    expect(failed).toBeLessThan(0.25);
  });
});
