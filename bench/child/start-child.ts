import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { notePid } from '../../tools/stack/folder.ts';
import { signal } from '../../tools/stack/identity.ts';
import { ROOT } from '../../tools/stack/libraries.ts';
import type { Reply } from './serve.ts';

const START_TIMEOUT_MS = 40_000;
const STOP_TIMEOUT_MS = 45_000;
const CALL_TIMEOUT_MS = 30_000;

/** What to run; `name` is what its log file and its pid file are called. */
export interface ChildOptions {
  name: string;
  file: string;
  dataDir: string;
  args?: readonly string[];
  nodeOptions?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** A process of the benchmark that has said that it is ready. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Rejects when the process ends before `stop`; never resolves. */
  readonly failed: Promise<never>;
  /** Calls what the process serves. @param timeoutMs 30 s by default */
  call<T>(name: string, argument: unknown, timeoutMs?: number): Promise<T>;
  /** Asks it to end, and makes it after 45 s. */
  stop(): Promise<void>;
}

/** Starts one of the benchmark's own files, which run from their TypeScript. */
export function startOwn(
  name: string,
  dataDir: string,
  { env = {}, args = [] }: Pick<ChildOptions, 'env' | 'args'> = {},
): Promise<Child> {
  const nodeOptions = ['--conditions=source', '--disable-warning=TimeoutNegativeWarning'];
  return startChild({ name, file: `bench/${name.replace(/:.*/, '')}.ts`, dataDir, nodeOptions, env, args });
}

/** Starts a process and waits until it is ready. What it prints goes to a file of the data folder. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const log = join(options.dataDir, 'logs', `${options.name.replaceAll(/[^\w-]+/g, '-')}.log`);
  const child = launch(options, log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.file} could not be started`);
  const end = endOf(child, pid, notePid(options.dataDir, `app-${options.name.replaceAll(/\W+/g, '-')}`, pid));
  let isStopping = false;
  const failed = end.then(() => {
    if (isStopping) return new Promise<never>(() => {});
    throw new Error(`${options.name} ended in the middle: see ${log}`);
  });
  failed.catch(() => {});
  const stop = async () => {
    isStopping = true;
    signal(pid, 'SIGTERM');
    const timer = setTimeout(() => signal(pid, 'SIGKILL'), STOP_TIMEOUT_MS);
    await end;
    clearTimeout(timer);
  };
  try {
    await within(Promise.race([messageOf(child), failed]), START_TIMEOUT_MS, `${options.name}: its start`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { name: options.name, pid, failed, call: createCall(options.name, child, failed), stop };
}

function launch({ file, args = [], nodeOptions = [], env = {} }: ChildOptions, log: string): ChildProcess {
  const output = openSync(log, 'w');
  const child = fork(file, [...args], {
    cwd: ROOT,
    execArgv: [...nodeOptions],
    // Nothing of the caller's settings: two benchmarks must measure the same hub.
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  });
  closeSync(output);
  return child;
}

function endOf(child: ChildProcess, pid: number, forget: () => void): Promise<void> {
  // Reached only when something went wrong: what still runs then has nothing left to finish.
  const endNow = () => signal(pid, 'SIGKILL');
  process.on('exit', endNow);
  return new Promise((resolve) => {
    child.once('exit', () => {
      process.off('exit', endNow);
      forget();
      resolve();
    });
  });
}

function messageOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('message', () => resolve()));
}

function createCall(process: string, child: ChildProcess, failed: Promise<never>): Child['call'] {
  const waiting = new Map<number, (reply: Reply) => void>();
  let lastId = 0;
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  return async <T>(name: string, argument: unknown, timeoutMs = CALL_TIMEOUT_MS) => {
    const id = ++lastId;
    const replied = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    child.send({ id, name, argument });
    const reply = await within(Promise.race([replied, failed]), timeoutMs, `${process}: ${name}`);
    if ('error' in reply) throw new Error(`${process}: ${name} failed: ${reply.error}`);
    return reply.value as T;
  };
}

/** Rejects when `work` takes longer. */
export async function within<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${timeoutMs / 1000} s`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
