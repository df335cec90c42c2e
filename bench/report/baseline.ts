import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../measure/machine.ts';
import type { Result } from '../scenarios/result.ts';

/** What a benchmark found, as it is kept. */
export interface Baseline {
  takenAt: string;
  machine: Machine;
  options: { runs: number; scale: number; layout: string; receiver: string; env: Record<string, string> };
  results: Result[];
}

const FOLDER = fileURLToPath(new URL('../baselines', import.meta.url));

/** Writes `baselines/<date>.json`, or `<date>-2.json` beside an earlier one. Gives back its path. */
export function saveBaseline(baseline: Baseline): string {
  mkdirSync(FOLDER, { recursive: true });
  const date = baseline.takenAt.slice(0, 10);
  const taken = new Set(listBaselines());
  let name = `${date}.json`;
  for (let number = 2; taken.has(name); number++) name = `${date}-${number}.json`;
  const path = join(FOLDER, name);
  writeFileSync(path, `${JSON.stringify(baseline, rounded, 2)}\n`);
  return path;
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}

/** Names of the baselines, oldest first. */
export function listBaselines(): string[] {
  try {
    const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
    return names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

/** Reads a baseline of the folder by its name. */
export function readBaseline(name: string): Baseline {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Baseline;
}
