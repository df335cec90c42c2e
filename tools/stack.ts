import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './stack/libraries.ts';
import { runTool } from './stack/run-tool.ts';
import { addressesOf, stackSettings } from './stack/settings.ts';
import { OTHER_WAY, StackError } from './stack/stack-error.ts';
import { startStack } from './stack/start-stack.ts';

/** Test runs find a long-lived stack by this file. */
const NOTE = join(ROOT, '.hub/test-stack.json');

await runTool(async ({ log, waitForStop }) => {
  const { isForTests, count } = readOptions();
  const settings = stackSettings(isForTests ? '.hub/test-stack' : count === 3 ? '.hub/dev-3' : '.hub/dev');
  const stack = await startStack({ ...settings, brokers: count, isDurable: !isForTests, log });
  log('');
  for (const [name, value] of Object.entries(addressesOf(stack))) log(`${name}=${value}`);
  log('\nCtrl-C stops it; the data stay.');
  const { brokers, registryUrl, databaseUrl } = stack;
  if (isForTests)
    writeFileSync(NOTE, JSON.stringify({ pid: process.pid, brokers, registryUrl, databaseUrl }));
  try {
    await Promise.race([waitForStop(), stack.lost]);
  } finally {
    if (isForTests) rmSync(NOTE, { force: true });
    await stack.stop();
  }
  return 0;
});

/** `--test` for a stack that test runs share, `--brokers 3` for a cluster of three. */
function readOptions(): { isForTests: boolean; count: 1 | 3 } {
  const { values } = parseArgs({
    options: { test: { type: 'boolean', default: false }, brokers: { type: 'string', default: '1' } },
  });
  if (values.brokers !== '1' && values.brokers !== '3')
    throw new StackError(`--brokers takes 1 or 3, not ${values.brokers}: correct it, ${OTHER_WAY}.`);
  return { isForTests: values.test, count: values.brokers === '3' ? 3 : 1 };
}
