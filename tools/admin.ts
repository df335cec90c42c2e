/** `npm run admin -- …`: the command line of apps/cli, on the embedded stack that is running unless DATABASE_URL says otherwise. */
import { findRunning } from './stack/find-running.ts';

const found = process.env['DATABASE_URL'] ?? (await findRunning())?.databaseUrl;
if (found !== undefined) process.env['DATABASE_URL'] = found;
await import('../apps/cli/src/main.ts');
