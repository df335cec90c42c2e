import { describe, expect, it } from 'vitest';
import { warehouseLine, type WarehouseAnswer } from './warehouse-line.ts';

const sink = { isRunning: true, isHealthy: true, behindSince: null, lastError: null };
const trend = [
  { day: '2025-06-09', responses: 3, averageScore: 1 },
  { day: '2025-06-10', responses: 1, averageScore: 4 },
  { day: '2025-06-11', responses: 12, averageScore: 6.75 },
];

describe('the demo’s line on the warehouse', () => {
  it.each<[WarehouseAnswer | undefined, string | undefined]>([
    [undefined, undefined],
    [{ sink: null, rows: 0, trend: [] }, undefined],
    [{ sink, rows: 1, trend: [] }, '── warehouse: 1 row ──'],
    [{ sink, rows: 16, trend }, '── warehouse: 16 rows · CES ▁▅█ 6.75 of 7 on 2025-06-11 (12 answers) ──'],
    [
      { sink: { ...sink, isHealthy: false, lastError: 'no space' }, rows: 2, trend: [] },
      '── warehouse: 2 rows · WAITING: no space ──',
    ],
  ])('%j is %j', (answer, line) => {
    expect(warehouseLine(answer)).toBe(line);
  });
});
