import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { notePid } from './folder.ts';
import { childrenOf, signal } from './identity.ts';
import { diskFull, OTHER_WAY, StackError } from './stack-error.ts';
import { waitUntil } from './wait.ts';

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 20_000;
const LARGEST_OLD_LOG = 10_000_000;

/** How one program of the stack is run. */
export interface Program {
  name: string;
  dataDir: string;
  command: string;
  args: string[];
  address: string;
  /** The signal that asks it to end in good order. */
  stopSignal: NodeJS.Signals;
  spawnOptions?: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv };
  isReady(): Promise<boolean>;
  log(line: string): void;
}

/** One program of the stack; failure tests kill it, stop it and start it again on the same port and data. */
export interface Part {
  readonly name: string;
  /** Undefined while it is not running. */
  readonly pid: number | undefined;
  /** Rejects when it ends although nobody asked it to. */
  readonly lost: Promise<never>;
  /** Starts it and waits until it serves. */
  start(): Promise<void>;
  /** Ends it in good order, or by force after 20 s. */
  stop(): Promise<void>;
  /** Sends the signal to the program and to the processes it started; resolves, for SIGKILL, when it is gone. */
  kill(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): Promise<void>;
}

/** Where the program's own log is. */
export function logPath(dataDir: string, name: string): string {
  return join(dataDir, 'logs', `${name}.log`);
}

/** A part that is not started yet. */
export function createPart(program: Program): Part {
  let child: ChildProcess | undefined;
  let isAskedToEnd = false;
  const { promise: lost, reject: lose } = Promise.withResolvers<never>();
  // Whoever does not care need not catch it.
  lost.catch(() => {});
  const hasEnded = () => child?.pid === undefined || child.exitCode !== null || child.signalCode !== null;

  const kill = async (name: NodeJS.Signals) => {
    if (hasEnded() || child?.pid === undefined) return;
    isAskedToEnd ||= name === 'SIGKILL' || name === 'SIGTERM';
    // PostgreSQL puts each of its processes in a group of its own, so the group is not enough.
    const others = childrenOf(child.pid);
    for (const pid of [child.pid, ...others]) signal(pid, name);
    if (name === 'SIGKILL') await waitUntil(hasEnded, 5_000);
  };

  return {
    name: program.name,
    lost,
    get pid() {
      return hasEnded() ? undefined : child?.pid;
    },
    async start() {
      const startedAt = performance.now();
      isAskedToEnd = false;
      child = launch(program);
      const isUp = await waitUntil(async () => hasEnded() || (await program.isReady()), START_TIMEOUT_MS, 50);
      if (!isUp || hasEnded()) {
        await kill('SIGKILL');
        throw failure(
          program,
          isUp ? 'ended while it started' : `was not ready in ${START_TIMEOUT_MS / 1000} s`,
        );
      }
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      program.log(`${program.name} ready on ${program.address} in ${seconds} s`);
      const onEnd = () => isAskedToEnd || lose(failure(program, 'ended by itself'));
      child.once('exit', onEnd);
    },
    async stop() {
      if (hasEnded() || child?.pid === undefined) return;
      isAskedToEnd = true;
      signal(child.pid, program.stopSignal);
      await kill('SIGCONT');
      if (!(await waitUntil(hasEnded, STOP_TIMEOUT_MS))) await kill('SIGKILL');
    },
    kill,
  };
}

function launch(program: Program): ChildProcess {
  const path = logPath(program.dataDir, `${program.name}.out`);
  keepSmall(path);
  const output = openSync(path, 'a');
  // In a group of its own, so that Ctrl-C reaches only this process, which then stops the parts in order.
  const child = spawn(program.command, program.args, {
    ...program.spawnOptions,
    detached: true,
    cwd: program.dataDir,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const endNow = () => child.pid !== undefined && signal(child.pid, program.stopSignal);
  const forget = child.pid === undefined ? () => {} : notePid(program.dataDir, program.name, child.pid);
  // Whatever ends this process, short of SIGKILL, ends its children.
  process.on('exit', endNow);
  child.once('error', () => {});
  child.once('exit', () => {
    process.off('exit', endNow);
    forget();
  });
  return child;
}

function keepSmall(path: string): void {
  try {
    if (statSync(path).size > LARGEST_OLD_LOG) renameSync(path, `${path}.1`);
  } catch {
    // There is none yet.
  }
}

function failure(program: Program, what: string): StackError {
  const path = logPath(program.dataDir, program.name);
  const lines = [...lastLines(path), ...lastLines(logPath(program.dataDir, `${program.name}.out`))];
  if (lines.some((line) => /no space left on device/i.test(line))) return diskFull();
  const end = lines.slice(-6).join(' | ').slice(-900);
  return new StackError(
    `${program.name} ${what}; see ${path}, ${OTHER_WAY}. Its last words: ${end || 'none'}`,
  );
}

function lastLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-6).filter(Boolean);
  } catch {
    return [];
  }
}
