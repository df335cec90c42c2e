import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from './libraries.ts';
import { isFree } from './ports.ts';
import { postgresUrl } from './postgres.ts';

/** A hub of `npm start` or `npm run demo` that is running on this machine. */
export interface RunningStack {
  dataDir: string;
  databaseUrl: string;
  ports: { kafka?: number; registry?: number; postgres: number };
}

/** What `npm start` runs on, or else `npm run demo`; undefined when neither is running. */
export async function findRunning(): Promise<RunningStack | undefined> {
  for (const folder of [process.env['STACK_DATA_DIR'] ?? '.hub/dev', '.hub/demo']) {
    const dataDir = resolve(ROOT, folder);
    const path = join(dataDir, 'ports.json');
    if (!existsSync(path)) continue;
    const ports = JSON.parse(readFileSync(path, 'utf8')) as Partial<RunningStack['ports']>;
    const { postgres } = ports;
    if (postgres !== undefined && !(await isFree(postgres)))
      return { dataDir, databaseUrl: postgresUrl(postgres, 'hub'), ports: { ...ports, postgres } };
  }
  return undefined;
}
