import { describe, expect, it } from 'vitest';
import { averageOf, describeSink, drawTrend } from './describe-sink.ts';

const sink = {
  target: 'duckdb' as const,
  isRunning: true,
  isHealthy: true,
  behindSince: null,
  lastError: null,
  lastErrorAt: null,
};

it.each([
  [{}, 'Up to date'],
  [{ behindSince: '2025-06-09T12:00:00.000Z' }, 'Catching up'],
  [{ isHealthy: false, behindSince: '2025-06-09T12:00:00.000Z' }, 'Failing'],
  [{ isHealthy: false, isRunning: false }, 'Stopped'],
])('a sink with %j is called %s', (change, label) => {
  expect(describeSink({ ...sink, ...change }).label).toBe(label);
});

it('weighs days by their answers', () => {
  const trend = [
    { day: '2025-06-09', responses: 3, averageScore: 4 },
    { day: '2025-06-10', responses: 1, averageScore: 6 },
  ];
  expect(averageOf(trend)).toEqual({ responses: 4, score: 4.5 });
  expect(averageOf([])).toEqual({ responses: 0, score: null });
});

describe('the trend', () => {
  it('leaves a gap where nobody answered, and goes on through it', () => {
    const points = drawTrend([
      { day: '2025-06-09', responses: 1, averageScore: 4 },
      { day: '2025-06-11', responses: 1, averageScore: 6 },
    ]);
    expect(points).toEqual([
      { day: '2025-06-09', responses: 1, score: 4, trend: 4 },
      { day: '2025-06-10', responses: 0, score: null, trend: 4 },
      { day: '2025-06-11', responses: 1, score: 6, trend: 5 },
    ]);
  });

  it('forgets what is older than a week', () => {
    const points = drawTrend([
      { day: '2025-06-01', responses: 9, averageScore: 1 },
      { day: '2025-06-08', responses: 1, averageScore: 7 },
    ]);
    expect(points.at(-1)).toMatchObject({ trend: 7 });
    expect(points.map(({ trend }) => trend).slice(0, 7)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });
});
