import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
const COMMANDS = {
  typescript: [process.execPath, join(EXAMPLES, 'receiver-typescript/receiver.ts')],
  python: ['python3', join(EXAMPLES, 'receiver-python/receiver.py')],
} as const;

/** A receiver of examples/. Its address is known before it starts, since its secret comes from a webhook to there. */
export interface ExampleReceiver {
  url: string;
  start: (secret: string) => Promise<void>;
  experiments: () => Promise<Record<string, unknown>[]>;
  stop: () => Promise<void>;
}

/** Chooses a port and a folder for one. */
export async function startExampleReceiver(language: keyof typeof COMMANDS): Promise<ExampleReceiver> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'hub-example-'));
  const url = `http://127.0.0.1:${port}/`;
  let child: ChildProcess | undefined;
  return {
    url,
    start: async (secret) => {
      const [command, file] = COMMANDS[language];
      const env = {
        PATH: process.env['PATH'] ?? '',
        TTOOLAB_WEBHOOK_SECRET: secret,
        PORT: String(port),
        RECEIVER_FILE: join(folder, 'table'),
      };
      child = spawn(command, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      const signal = AbortSignal.timeout(10_000);
      const ended = once(child, 'exit', { signal }).then(() => Promise.reject(new Error(`${file} ended`)));
      ended.catch(() => undefined);
      await Promise.race([once(child.stdout as NodeJS.EventEmitter, 'data', { signal }), ended]);
    },
    experiments: async () => (await fetch(`${url}experiments`)).json() as Promise<Record<string, unknown>[]>,
    stop: async () => {
      if (child !== undefined && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
