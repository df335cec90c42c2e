import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROFILES_DIR } from '../bench-context.ts';
import type { Result } from '../scenarios/result.ts';
import type { Run } from '../scenarios/measure-run.ts';
import { areaOf, nameOf, type Frame } from './profile-areas.ts';

interface ProfileNode {
  id: number;
  callFrame: Frame;
  children?: number[];
}

interface CpuProfile {
  nodes: ProfileNode[];
  startTime: number;
  samples: number[];
  timeDeltas: number[];
}

type Window = Pick<Run, 'published' | 'receipts' | 'cpu'>;

const AREAS_SHOWN = 25;
const FUNCTIONS_SHOWN = 40;
const LEAST_US = 0.1;
const IDLE = '(idle)';

/**
 * Prints where each process of a scenario spent its time while it was measured, by area and function: µs of CPU a
 * delivery. A profile counts the time on the clock, in which a busy machine does other things too, so its shares are
 * applied to the CPU time that the system counted.
 */
export function printProfiles({ scenario, runs }: Result): void {
  const windows = runs.filter(isRun);
  const deliveries = windows.reduce((sum, { receipts }) => sum + receipts.received, 0);
  if (deliveries === 0) return;
  const folder = join(PROFILES_DIR, scenario);
  // The limit has no hub; others have several, each with a folder of its own.
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
    const name = file.replace('.cpuprofile', '');
    const cpuUs = windows.reduce((sum, { cpu }) => sum + (cpu[name] ?? 0), 0) * 1e6;
    const { areas, functions } = attribute(profile, windows);
    const each = cpuUs / deliveries;
    console.log(`\n${scenario}, ${name}: ${each.toFixed(1)} µs of CPU a delivery, of which`);
    print(areas, each, AREAS_SHOWN);
    console.log('  functions by their own time');
    print(functions, each, FUNCTIONS_SHOWN);
  }
}

function isRun(run: unknown): run is Window {
  return typeof run === 'object' && run !== null && 'receipts' in run && 'published' in run;
}

/** @param total µs that all of it together is worth */
function print(sums: Map<string, number>, total: number, most: number): void {
  const busy = sums.values().reduce((sum, us) => sum + us, 0);
  const sorted = [...sums].toSorted(([, a], [, b]) => b - a).slice(0, most);
  for (const [name, us] of sorted) {
    const share = us / busy;
    if (share * total < LEAST_US) return;
    const columns = [(share * total).toFixed(1).padStart(7), `${(share * 100).toFixed(1)} %`.padStart(7)];
    console.log(`  ${columns.join(' ')}  ${name}`);
  }
}

/** Sums the time of the samples that lie within the runs. What Node does inside counts for who called it. */
function attribute(
  profile: CpuProfile,
  windows: readonly Window[],
): { areas: Map<string, number>; functions: Map<string, number> } {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const stackOf = (id: number): Frame[] => {
    const frames: Frame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const node = nodes.get(at);
      if (node !== undefined) frames.push(node.callFrame);
    }
    return frames;
  };
  const [areas, functions] = [new Map<string, number>(), new Map<string, number>()];
  for (const [id, us] of timeByNode(profile, windows)) {
    const frames = stackOf(id);
    if (frames[0]?.functionName === IDLE) continue;
    add(areas, areaOf(frames), us);
    add(functions, nameOf(frames), us);
  }
  return { areas, functions };
}

function timeByNode({ samples, timeDeltas, startTime }: CpuProfile, windows: readonly Window[]) {
  const times = new Map<number, number>();
  let at = startTime;
  for (const [index, node] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    at += delta;
    // V8 counts the same microseconds as `nowUs`. A sample's time is what passed until the next.
    const isWithin = windows.some(
      ({ published, receipts }) => at >= published.startUs && at <= receipts.lastUs,
    );
    if (isWithin) add(times, node, timeDeltas[index + 1] ?? 0);
  }
  return times;
}

function add<K>(sums: Map<K, number>, key: K, us: number): void {
  sums.set(key, (sums.get(key) ?? 0) + us);
}
