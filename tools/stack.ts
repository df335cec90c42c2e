import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './stack/libraries.ts';
import { runTool } from './stack/run-tool.ts';
import { addressesOf, stackSettings } from './stack/settings.ts';
import { startStack } from './stack/start-stack.ts';

const isForTests = process.argv.includes('--test');
/** Test runs find a long-lived stack by this file. */
const NOTE = join(ROOT, '.hub/test-stack.json');

await runTool(async ({ log, waitForStop }) => {
  const settings = stackSettings(isForTests ? '.hub/test-stack' : '.hub/dev');
  const stack = await startStack({ ...settings, isDurable: !isForTests, log });
  log('');
  for (const [name, value] of Object.entries(addressesOf(stack))) log(`${name}=${value}`);
  log('\nCtrl-C stops it; the data stay.');
  const { brokers, registryUrl, databaseUrl } = stack;
  if (isForTests)
    writeFileSync(NOTE, JSON.stringify({ pid: process.pid, brokers, registryUrl, databaseUrl }));
  await waitForStop();
  if (isForTests) rmSync(NOTE, { force: true });
  await stack.stop();
  return 0;
});
