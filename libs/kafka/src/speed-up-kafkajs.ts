import { createRequire } from 'node:module';
import { encodeRecord } from './encode-record.ts';
import { createSendMessages } from './send-messages.ts';

/** kafkajs' own parts, as far as they are replaced. */
interface Encoder {
  buf: Buffer;
  offset: number;
}
type EncoderClass = (new (initialSize?: number) => Encoder) & { nextPowerOfTwo: (size: number) => number };
type SeekOffsets = new () => Map<string, string> & { has: (topic: string, partition: number) => boolean };
type ModuleClass = new (id: string) => NodeModule;

const require = createRequire(import.meta.url);

// kafkajs offers no seams for these. Where it was loaded before, it goes on with its own, and nothing but speed differs.
// Not by kafkajs' main file: that one has its place in the cache as soon as it is named in an import.
if (require.cache[require.resolve('kafkajs/src/producer/index.js')] === undefined) {
  const encoder = require('kafkajs/src/protocol/encoder.js') as EncoderClass;
  replace('kafkajs/src/protocol/encoder.js', withoutZeroing(encoder));
  replace('kafkajs/src/protocol/recordBatch/record/v0/index.js', encodeRecord);
  replace('kafkajs/src/producer/sendMessages.js', createSendMessages);
  askOnlyWhereThereIsSomething(require('kafkajs/src/consumer/seekOffsets.js') as SeekOffsets);
}

function replace(name: string, exports: unknown): void {
  const path = require.resolve(name);
  const { Module } = require('node:module') as { Module: ModuleClass };
  require.cache[path] = Object.assign(new Module(path), { filename: path, loaded: true, exports });
}

/** Encoders write each byte before they show it, so the memory need not be zero; small ones share a pool. */
function withoutZeroing(encoder: EncoderClass): EncoderClass {
  return class PooledEncoder extends encoder {
    constructor(initialSize = 511) {
      super(0);
      this.buf = Buffer.allocUnsafe(encoder.nextPowerOfTwo(initialSize));
    }

    ensureAvailable(length: number): void {
      if (this.offset + length <= this.buf.length) return;
      const larger = Buffer.allocUnsafe(encoder.nextPowerOfTwo(this.offset + length));
      this.buf.copy(larger, 0, 0, this.offset);
      this.buf = larger;
    }
  };
}

/** It makes JSON of each partition's name, for each partition of each fetch. */
function askOnlyWhereThereIsSomething({ prototype }: SeekOffsets): void {
  const { has } = prototype;
  prototype.has = function hasAny(this: InstanceType<SeekOffsets>, topic: string, partition: number) {
    return this.size > 0 && has.call(this, topic, partition);
  };
}
