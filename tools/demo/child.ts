import { fork, type ChildProcess } from 'node:child_process';
import { notePid } from '../stack/folder.ts';
import { signal } from '../stack/identity.ts';
import { ROOT } from '../stack/libraries.ts';

const STOP_TIMEOUT_MS = 15_000;

/** A child process of the demo. */
export interface Child {
  process: ChildProcess;
  /** Ends it, if it has not ended. */
  stop(): Promise<void>;
}

/** What to run: a file, its arguments and settings; `name` is what the data folder knows it by. */
export interface ChildOptions {
  name: string;
  file: string;
  nodeOptions: readonly string[];
  args?: readonly string[];
  env: Record<string, string>;
  dataDir: string;
}

/** Starts a child with its standard output and messages for us to read, noted so that the next start ends a leftover. */
export function startChild({ name, file, nodeOptions, args = [], env, dataDir }: ChildOptions): Child {
  const child = fork(file, [...args], {
    cwd: ROOT,
    execArgv: [...nodeOptions],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // In a group of its own, so that Ctrl-C reaches it once, from here.
    detached: true,
  });
  const { pid } = child;
  const forget = pid === undefined ? () => {} : notePid(dataDir, `app-${name}`, pid);
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      forget();
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  const endNow = () => pid !== undefined && child.exitCode === null && signal(pid, 'SIGTERM');
  process.on('exit', endNow);
  const stop = () => {
    endNow();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    return ended.finally(() => {
      clearTimeout(timer);
      process.off('exit', endNow);
    });
  };
  return { process: child, stop };
}
