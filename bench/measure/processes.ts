import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds since its start and memory of a process with all its descendants. */
export interface Usage {
  cpuSeconds: number;
  rssMb: number;
}

interface Row {
  parent: number;
  ticks: number;
  rssPages: number;
}

// Both are fixed on Linux for x64 and arm64 as Node builds for them.
const TICKS_PER_SECOND = 100;
const PAGES_PER_MB = 256;

/** Whether this system tells what its processes use; only Linux does, in /proc. */
export const canMeasure = process.platform === 'linux';

/**
 * Usage of each process tree. Children that ended count through their parent, so a difference of two readings loses
 * nothing. Memory that processes share is counted in each, which for PostgreSQL says more than it uses.
 */
export function usageOf(roots: Readonly<Record<string, readonly number[]>>): Record<string, Usage> {
  const rows = canMeasure ? readProcesses() : new Map<number, Row>();
  const children = Map.groupBy(rows, ([, { parent }]) => parent);
  const sum = (pid: number): { ticks: number; pages: number } => {
    const own = rows.get(pid);
    const total = { ticks: own?.ticks ?? 0, pages: own?.rssPages ?? 0 };
    for (const [child] of children.get(pid) ?? []) {
      const { ticks, pages } = sum(child);
      total.ticks += ticks;
      total.pages += pages;
    }
    return total;
  };
  const usage = Object.entries(roots).map(([name, pids]): [string, Usage] => {
    const sums = pids.map(sum);
    const ticks = sums.reduce((all, each) => all + each.ticks, 0);
    const pages = sums.reduce((all, each) => all + each.pages, 0);
    return [name, { cpuSeconds: ticks / TICKS_PER_SECOND, rssMb: pages / PAGES_PER_MB }];
  });
  return Object.fromEntries(usage);
}

function readProcesses(): Map<number, Row> {
  const rows = new Map<number, Row>();
  for (const name of readdirSync('/proc')) {
    const row = /^\d+$/.test(name) ? readProcess(name) : undefined;
    if (row !== undefined) rows.set(Number(name), row);
  }
  return rows;
}

/** One process, from the state field on: the name before it may itself hold spaces and parentheses. */
function readProcess(pid: string): Row | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const at = (index: number) => Number(fields[index]);
    return { parent: at(1), ticks: at(11) + at(12) + at(13) + at(14), rssPages: at(21) };
  } catch {
    // It has ended since the folder was read.
    return undefined;
  }
}
