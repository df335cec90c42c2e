import { describe, expect, it } from 'vitest';
import { drawSeries, startOf } from './draw-series.ts';

const NOW = Date.parse('2026-03-01T12:34:56.000Z');

describe('drawSeries', () => {
  it('has every step up to the one of now, empty ones too', () => {
    const { series, stepMs } = drawSeries([], '24h', NOW);
    expect([series.length, stepMs]).toEqual([48, 1_800_000]);
    expect(series[0]?.at.toISOString()).toBe('2026-02-28T13:00:00.000Z');
    expect(series.at(-1)).toEqual({
      at: new Date('2026-03-01T12:30:00.000Z'),
      ...{ events: 0, deliveries: 0, delivered: 0, failed: 0, latency: null },
    });
  });

  it('puts rows where they belong and adds them up', () => {
    const row = (at: string) => ({
      at: new Date(at),
      ...{ events: 2, deliveries: 3, delivered: 2, failed: 1, durations: [1, 0, 2] },
    });
    const rows = [row('2026-02-28T00:00:00.000Z'), row('2026-03-01T00:00:00.000Z')];
    const { series, total } = drawSeries(rows, '30d', NOW);
    expect(series).toHaveLength(30);
    expect(series.slice(-2).map(({ events, failed }) => [events, failed])).toEqual([
      [2, 1],
      [2, 1],
    ]);
    expect(total).toMatchObject({ events: 4, deliveries: 6, delivered: 4, failed: 2, latency: { p50: 31 } });
  });

  it.each([
    ['24h', '2026-02-28T13:00:00.000Z'],
    ['7d', '2026-02-22T16:00:00.000Z'],
    ['30d', '2026-01-31T00:00:00.000Z'],
  ] as const)('%s starts at %s', (period, expected) => {
    expect(startOf(period, NOW).toISOString()).toBe(expected);
  });
});
