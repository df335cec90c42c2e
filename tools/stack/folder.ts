import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, signal } from './identity.ts';
import { diskFull, OTHER_WAY, StackError } from './stack-error.ts';
import { waitUntil } from './wait.ts';

const LEAST_FREE_BYTES = 1_000_000_000;
// The order in which leftovers are ended: whoever uses a part goes before it.
const ENDING_ORDER = ['app', 'registry', 'kafka', 'postgres'];

interface ProcessRecord {
  pid: number;
  identity: string;
}

/**
 * Takes the data folder for this process and ends what a killed predecessor left running in it. Returns the function
 * that gives the folder back. Refuses when another live process has it.
 */
export async function claimFolder(dataDir: string, log: (line: string) => void): Promise<() => void> {
  mkdirSync(join(dataDir, 'pids'), { recursive: true });
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize < LEAST_FREE_BYTES) throw diskFull('Less than 1 GB is free on the disk');
  takeOwnership(dataDir);
  await endLeftovers(dataDir, log);
  return () => rmSync(join(dataDir, 'owner.json'), { force: true });
}

function takeOwnership(dataDir: string): void {
  const path = join(dataDir, 'owner.json');
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(recordOf(process.pid)));
  try {
    while (!isLinked(own, path)) {
      const owner = readRecord(path);
      if (owner !== null && isAlive(owner))
        throw new StackError(
          `Another hub (process ${owner.pid}) is running on ${dataDir}: stop it first, ${OTHER_WAY}.`,
        );
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** A link is made whole or not at all, and never over another one. */
function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Ends what a killed run left in the folder; false, and nothing done, when the run that has it is alive. */
export async function endLeftovers(dataDir: string, log: (line: string) => void): Promise<boolean> {
  const owner = readRecord(join(dataDir, 'owner.json'));
  if (owner !== null && owner.pid !== process.pid && isAlive(owner)) return false;
  const files = namesIn(join(dataDir, 'pids')).toSorted((a, b) => rankOf(a) - rankOf(b));
  for (const file of files) {
    const path = join(dataDir, 'pids', file);
    const record = readRecord(path);
    if (record !== null && isAlive(record)) {
      log(
        `ending ${file.replace('.json', '')} (process ${record.pid}), left over from a run that was killed`,
      );
      await endProcess(record, file.startsWith('postgres') ? 'SIGINT' : 'SIGTERM');
    }
    rmSync(path, { force: true });
  }
  return true;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function rankOf(file: string): number {
  return ENDING_ORDER.findIndex((name) => file.startsWith(name));
}

async function endProcess(record: ProcessRecord, name: NodeJS.Signals): Promise<void> {
  signal(record.pid, name);
  // A stopped process hears nothing until it goes on.
  signal(record.pid, 'SIGCONT');
  if (await waitUntil(() => !isAlive(record), 15_000)) return;
  signal(record.pid, 'SIGKILL');
  await waitUntil(() => !isAlive(record), 5_000);
}

/** Notes a child, so that the next start finds it when this process is killed. Returns the function that forgets it. */
export function notePid(dataDir: string, name: string, pid: number): () => void {
  const path = join(dataDir, 'pids', `${name}.json`);
  writeFileSync(path, JSON.stringify(recordOf(pid)));
  return () => {
    if (readRecord(path)?.pid === pid) rmSync(path, { force: true });
  };
}

function recordOf(pid: number): ProcessRecord {
  return { pid, identity: identify(pid) ?? '' };
}

function readRecord(path: string): ProcessRecord | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessRecord;
  } catch {
    return null;
  }
}

function isAlive(record: ProcessRecord): boolean {
  return identify(record.pid) === record.identity;
}
