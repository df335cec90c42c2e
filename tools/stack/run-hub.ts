import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { SAMPLE_MASTER_KEY } from '../../libs/config/src/master-key.ts';
import { endLeftovers, notePid } from './folder.ts';
import { ROOT } from './libraries.ts';
import { startMailbox } from './mailbox.ts';
import { choosePorts, isFree } from './ports.ts';
import { buildWhenStale, createTopics, migrate, registerSchemas } from './prepare.ts';
import type { Tool } from './run-tool.ts';
import { MALLOC_SETTINGS, addressesOf, portOf, stackSettings } from './settings.ts';
import { signal } from './identity.ts';
import { OTHER_WAY, StackError } from './stack-error.ts';
import { startStack } from './start-stack.ts';

const MAIN = 'dist/apps/all-in-one/src/main.js';
// Longer than the default of STOP_TIMEOUT, in which the hub finishes what is in flight.
const STOP_TIMEOUT_MS = 40_000;

/** A hub that runs on the embedded stack. */
export interface RunningHub {
  /** Base URL of its HTTP API. */
  url: string;
  /** Its settings, as environment variables. */
  env: Record<string, string>;
  /** Absolute path of its data folder. */
  dataDir: string;
}

/** What goes on around a hub that is run to be looked at. */
export interface Demonstration {
  /** Settings that it wants, where the environment does not say otherwise. */
  env: Record<string, string>;
  /** Takes each line that the hub writes. */
  read(line: string): void;
  /** Fills the database before the hub starts, and starts what the hub is to reach: gives settings that lead there. */
  prepare(env: Record<string, string>, dataDir: string): Promise<Record<string, string>>;
  /** Begins when the hub's process has started, which need not be ready yet. */
  start(hub: RunningHub): Promise<void>;
  /** Ends what feeds the hub, before the hub finishes what is in flight. */
  quiet(): Promise<void>;
  /** Ends the rest, after the hub. */
  stop(): Promise<void>;
}

/** Starts the embedded stack and the whole hub on it, and waits for its end or Ctrl-C. Resolves with the exit code. */
export async function runHub(
  tool: Tool,
  defaultDataDir: string,
  demonstration?: Demonstration,
): Promise<number> {
  const httpPort = portOf('HTTP_PORT') ?? 3000;
  const settings = stackSettings(defaultDataDir);
  const dataDir = resolve(ROOT, settings.dataDir);
  // The hub of a run that was killed may still listen there.
  await endLeftovers(dataDir, tool.log);
  if (!(await isFree(httpPort)))
    throw new StackError(`Port ${httpPort} is taken: set HTTP_PORT to a free one, ${OTHER_WAY}.`);
  const [stack] = await Promise.all([startStack({ ...settings, log: tool.log }), buildWhenStale(tool.log)]);
  const mailbox = process.env['SMTP_URL'] ? undefined : await startMailbox(join(dataDir, 'mails'), tool.log);
  try {
    const env = {
      ...hubSettings(dataDir, httpPort, await inspectorPort(dataDir)),
      ...(mailbox && { SMTP_URL: mailbox.url }),
      ...settingsOf(demonstration),
      ...addressesOf(stack),
    };
    await Promise.all([migrate(env), registerSchemas(env), createTopics(env)]);
    Object.assign(env, await demonstration?.prepare(env, dataDir));
    const hub = startApp(dataDir, env, demonstration);
    const stopRequested = tool.waitForStop();
    const stopped = stopRequested.then(async () => {
      await demonstration?.quiet();
      return hub.stop();
    });
    const shown = demonstration?.start({ url: `http://127.0.0.1:${httpPort}`, env, dataDir });
    // It has no end of its own; what it cannot do ends the hub, unless the hub is ending anyway.
    const failed = new Promise<never>((_, reject) => void shown?.catch(reject));
    return await Promise.race([hub.ended, stopped, failed, stack.lost]).finally(() => hub.stop());
  } finally {
    await demonstration?.stop();
    await mailbox?.close();
    await stack.stop();
  }
}

/** The same one at every start, so that webhooks which lead there go on working. */
async function inspectorPort(dataDir: string): Promise<number> {
  const { inspector = 0 } = await choosePorts(dataDir, ['inspector'], {
    inspector: portOf('INSPECTOR_PORT'),
  });
  return inspector;
}

function hubSettings(dataDir: string, httpPort: number, inspector: number): Record<string, string> {
  return {
    MASTER_KEY: process.env['MASTER_KEY'] ?? SAMPLE_MASTER_KEY,
    // Receivers of a developer's own machine can be reached.
    EGRESS_ALLOW: process.env['EGRESS_ALLOW'] ?? '127.0.0.0/8,::1/128',
    LOG_PRETTY: process.env['LOG_PRETTY'] ?? 'true',
    WAREHOUSE_DIR: process.env['WAREHOUSE_DIR'] ?? join(dataDir, 'warehouse'),
    HTTP_PORT: String(httpPort),
    INSPECTOR_PORT: String(inspector),
    PUBLIC_URL: process.env['PUBLIC_URL'] ?? `http://127.0.0.1:${httpPort}`,
  };
}

function settingsOf(demonstration: Demonstration | undefined): Record<string, string> {
  const wanted = Object.entries(demonstration?.env ?? {});
  return Object.fromEntries(wanted.map(([name, value]) => [name, process.env[name] ?? value]));
}

interface App {
  ended: Promise<number>;
  stop(): Promise<number>;
}

function startApp(
  dataDir: string,
  env: Record<string, string>,
  demonstration: Demonstration | undefined,
): App {
  const flags = ['--enable-source-maps', '--disable-warning=TimeoutNegativeWarning'];
  // In a group of its own, so that Ctrl-C reaches it once, from here.
  const child = spawn(process.execPath, [...flags, MAIN], {
    cwd: ROOT,
    env: { ...MALLOC_SETTINGS, ...process.env, ...env },
    stdio: ['ignore', demonstration === undefined ? 'inherit' : 'pipe', 'inherit'],
    detached: true,
  });
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => demonstration?.read(line));
  const { pid } = child;
  if (pid === undefined) throw new StackError(`${MAIN} could not be started, ${OTHER_WAY}.`);
  const forget = notePid(dataDir, 'app', pid);
  const endNow = () => signal(pid, 'SIGTERM');
  process.on('exit', endNow);
  const ended = new Promise<number>((done) => {
    child.once('exit', (code, name) => {
      process.off('exit', endNow);
      forget();
      done(code ?? (name === null ? 0 : 1));
    });
  });
  const stop = () => {
    if (child.exitCode !== null || child.signalCode !== null) return ended;
    signal(pid, 'SIGTERM');
    const timer = setTimeout(() => signal(pid, 'SIGKILL'), STOP_TIMEOUT_MS);
    return ended.finally(() => clearTimeout(timer));
  };
  return { ended, stop };
}
