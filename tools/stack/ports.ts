import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { OTHER_WAY, StackError } from './stack-error.ts';

/** Ports by name. Chosen ones are kept in the data folder, so that clients find a restarted part where it was. */
export async function choosePorts(
  dataDir: string,
  names: string[],
  configured: Record<string, number | undefined>,
): Promise<Record<string, number>> {
  const remembered = recall(dataDir);
  const ports: Record<string, number> = {};
  for (const name of names) {
    const wanted = configured[name];
    if (wanted !== undefined && !(await isFree(wanted)))
      throw new StackError(
        `Port ${wanted}, set for ${name}, is taken: stop what listens there, set another, ${OTHER_WAY}.`,
      );
    ports[name] = wanted ?? (await recallOrFind(remembered[name], Object.values(ports)));
  }
  writeFileSync(join(dataDir, 'ports.json'), `${JSON.stringify({ ...remembered, ...ports }, null, 2)}\n`);
  return ports;
}

function recall(dataDir: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'ports.json'), 'utf8')) as Record<string, number>;
  } catch {
    return {};
  }
}

async function recallOrFind(remembered: number | undefined, used: number[]): Promise<number> {
  if (remembered !== undefined && !used.includes(remembered) && (await isFree(remembered))) return remembered;
  for (;;) {
    const port = await freePort();
    if (!used.includes(port)) return port;
  }
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  return (await listenOnce(0)) ?? 0;
}

/** Whether 127.0.0.1 can be listened on there. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== null;
}

function listenOnce(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
