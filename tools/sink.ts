/** `npm run sink -- …`: the warehouse sink and its command line, on the embedded stack that is running unless settings say otherwise. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findRunning } from './stack/find-running.ts';
import { ROOT } from './stack/libraries.ts';
import { buildWhenStale } from './stack/prepare.ts';

const running = await findRunning();
if (running !== undefined) {
  const { dataDir, databaseUrl, ports } = running;
  process.env['DATABASE_URL'] ??= databaseUrl;
  process.env['WAREHOUSE_DIR'] ??= join(dataDir, 'warehouse');
  if (ports.kafka !== undefined) process.env['KAFKA_BROKERS'] ??= `127.0.0.1:${ports.kafka}`;
  if (ports.registry !== undefined)
    process.env['SCHEMA_REGISTRY_URL'] ??= `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`;
}
// Decorators need the build.
await buildWhenStale((line) => console.error(line));
await import(pathToFileURL(join(ROOT, 'dist/apps/warehouse-sink/src/main.js')).href);
