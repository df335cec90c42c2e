/** `npm run admin -- …`: the command line of apps/cli, on the embedded stack that is running unless DATABASE_URL says otherwise. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from './stack/libraries.ts';
import { isFree } from './stack/ports.ts';
import { postgresUrl } from './stack/postgres.ts';

const found = process.env['DATABASE_URL'] ?? (await findEmbedded());
if (found !== undefined) process.env['DATABASE_URL'] = found;
await import('../apps/cli/src/main.ts');

/** Address of the database of `npm start`, or else of `npm run demo`; undefined when neither is running. */
async function findEmbedded(): Promise<string | undefined> {
  for (const folder of [process.env['STACK_DATA_DIR'] ?? '.hub/dev', '.hub/demo']) {
    const path = join(resolve(ROOT, folder), 'ports.json');
    if (!existsSync(path)) continue;
    const { postgres } = JSON.parse(readFileSync(path, 'utf8')) as { postgres?: number };
    if (postgres !== undefined && !(await isFree(postgres))) return postgresUrl(postgres, 'hub');
  }
  return undefined;
}
