import { defineConfig } from 'vitest/config';

// Libraries are imported by `#name`; the condition `source` makes that their TypeScript, as in tsconfig.json.
// Neither `import` nor `module` may stand here: they would reach `require` too, and give pg's CommonJS an ES module.
const conditions = ['source', 'node', 'default'];
const withStack = { globalSetup: ['test/harness/global-setup.ts'], testTimeout: 60_000, hookTimeout: 60_000 };
const everywhere = ['**/node_modules/**', 'dist/**', '.hub/**'];
// One kind after the other: the quick ones tell first, and the slow ones don't measure each other's load.
const order = (groupOrder: number) => ({ sequence: { groupOrder } });

/** Minutes each: they wait out a long outage, or run three brokers. `CI=true npm test` runs them too. */
const LONG = ['test/failures/broker-away.spec.ts', 'test/failures/three-brokers.spec.ts'];

/** Minutes as well, and a download from PyPI. */
const FUZZED = 'test/contracts/fuzzed-api.spec.ts';
const isCi = process.env['CI'] === 'true';

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  // Nest's injection reads the types of constructor parameters from the metadata that these two emit.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    // kafkajs computes a timeout below zero on each request; Node says so each time.
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{libs,apps,tools,examples,schemas,bench}/**/*.spec.ts', 'test/harness/**/*.spec.ts'],
          exclude: [...everywhere, '**/*.db.spec.ts'],
          // Vitest leaves a core free; these wait for sockets and timers for most of their time.
          maxWorkers: '100%',
          ...order(0),
        },
      },
      {
        extends: true,
        test: { name: 'db', include: ['**/*.db.spec.ts'], exclude: everywhere, ...withStack, ...order(1) },
      },
      {
        extends: true,
        test: {
          name: 'contracts',
          include: ['test/contracts/**/*.spec.ts'],
          exclude: [...everywhere, ...(isCi ? [] : [FUZZED])],
          ...withStack,
          ...order(2),
        },
      },
      {
        extends: true,
        test: { name: 'flows', include: ['test/flows/**/*.spec.ts'], ...withStack, ...order(3) },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.spec.ts'],
          ...withStack,
          globalSetup: ['test/harness/browser-setup.ts', ...withStack.globalSetup],
          ...order(4),
        },
      },
      {
        extends: true,
        test: {
          name: 'failures',
          include: ['test/failures/**/*.spec.ts'],
          exclude: [...everywhere, ...(isCi ? [] : LONG)],
          ...withStack,
          ...order(5),
          // These start and kill whole stacks: two at once on a small machine only measure each other.
          fileParallelism: false,
        },
      },
    ],
  },
});
