import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_TIMEOUT_MS = 40_000;
const KEPT_LINES = 200;

/** One app of the hub as a process of its own. */
export interface AppProcess {
  readonly pid: number;
  /** Waits until it says that it is ready. */
  start: () => Promise<void>;
  /** Sends a signal; resolves when the process has ended, at once for one that it survives. */
  kill: (signal: NodeJS.Signals) => Promise<number | null>;
  /** The last lines it wrote, for a failing test to show. */
  lines: () => string[];
}

/** An app built in dist/, not started yet. @param onOutput is given everything that it writes */
export function createAppProcess(
  app: string,
  env: Record<string, string>,
  onOutput?: (chunk: Buffer) => void,
): AppProcess {
  let child: ChildProcess | undefined;
  const lines: string[] = [];
  const keep = (chunk: Buffer) => {
    onOutput?.(chunk);
    lines.push(...chunk.toString().split('\n').filter(Boolean));
    lines.splice(0, lines.length - KEPT_LINES);
  };
  return {
    get pid() {
      return child?.pid ?? 0;
    },
    start: async () => {
      child = spawn(
        process.execPath,
        ['--disable-warning=TimeoutNegativeWarning', `dist/apps/${app}/src/main.js`],
        {
          cwd: ROOT,
          env: { PATH: process.env['PATH'] ?? '', ...env },
          stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        },
      );
      child.stdout?.on('data', keep);
      child.stderr?.on('data', keep);
      await ready(app, child, lines);
    },
    kill: async (signal) => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null)
        return child?.exitCode ?? null;
      const exited = once(child, 'exit') as Promise<[number | null]>;
      child.kill(signal);
      if (signal === 'SIGSTOP' || signal === 'SIGCONT') return null;
      return (await exited)[0];
    },
    lines: () => [...lines],
  };
}

async function ready(app: string, child: ChildProcess, lines: readonly string[]): Promise<void> {
  const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
  const exited = once(child, 'exit', { signal: timeout }).then(() => {
    throw new Error(`${app} ended before it was ready:\n${lines.join('\n')}`);
  });
  await Promise.race([once(child, 'message', { signal: timeout }), exited]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`${app} did not become ready:\n${lines.slice(-30).join('\n')}`, { cause: error });
  });
  exited.catch(() => undefined);
}
