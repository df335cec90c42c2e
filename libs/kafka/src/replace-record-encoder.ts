import { createRequire } from 'node:module';
import { encodeRecord } from './encode-record.ts';

const require = createRequire(import.meta.url);
const path = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/index.js');

// kafkajs offers no seam for it. Where kafkajs was loaded before, it goes on with its own, and nothing but speed differs.
require.cache[path] ??= Object.assign(new (require('node:module') as ModuleConstructor)(path), {
  filename: path,
  loaded: true,
  exports: encodeRecord,
});

type ModuleConstructor = new (id: string) => NodeModule;
