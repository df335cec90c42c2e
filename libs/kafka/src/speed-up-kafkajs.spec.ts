import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeRecord } from './encode-record.ts';

const require = createRequire(import.meta.url);
const ENCODER = 'kafkajs/src/protocol/encoder.js';

interface Encoder {
  buffer: Buffer;
  writeString(text: string): Encoder;
  writeInt64(value: number): Encoder;
  writeBytes(bytes: Buffer): Encoder;
  writeArray(all: Encoder[]): Encoder;
}
type EncoderClass = new (initialSize?: number) => Encoder;

let [original, replaced]: EncoderClass[] = [];

beforeAll(async () => {
  // Another file of this process may have loaded kafkajs, replaced or not.
  for (const path of Object.keys(require.cache).filter((name) => name.includes('/kafkajs/')))
    delete require.cache[path];
  original = require(ENCODER) as EncoderClass;
  delete require.cache[require.resolve(ENCODER)];
  await import('./kafkajs.ts');
  replaced = require(ENCODER) as EncoderClass;
});

describe('kafkajs', () => {
  it('is replaced in a process that imports the library, before anything else loads it', () => {
    const library = fileURLToPath(new URL('./index.ts', import.meta.url));
    const script = `await import(${JSON.stringify(library)});
      const { createRequire } = await import('node:module');
      console.log(createRequire(${JSON.stringify(library)})('kafkajs/src/protocol/recordBatch/record/v0/index.js').name);`;
    const args = ['--conditions=source', '--input-type=module', '--eval', script];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' }).trim()).toBe('encodeRecord');
  });

  it('encodes records in one pass', () => {
    expect(require('kafkajs/src/protocol/recordBatch/record/v0/index.js')).toBe(encodeRecord);
  });

  it.each([0, 1, 500, 511, 512, 513, 5_000, 1_000_000])(
    'writes the same with %i bytes, unzeroed',
    (length) => {
      const write = (encoder: EncoderClass) => {
        const part = new encoder().writeString('t').writeBytes(Buffer.alloc(length, 7));
        return new encoder(3)
          .writeInt64(2 ** 40)
          .writeArray([part, part])
          .writeString('end').buffer;
      };
      expect(replaced).not.toBe(original);
      expect(write(replaced as EncoderClass)).toEqual(write(original as EncoderClass));
    },
  );

  it('still finds the offsets to seek', () => {
    const seekOffsets = new (
      require('kafkajs/src/consumer/seekOffsets.js') as new () => {
        has(topic: string, partition: number): boolean;
        set(topic: string, partition: number, offset: string): void;
        pop(topic: string, partition: number): unknown;
      }
    )();
    expect(seekOffsets.has('t', 0)).toBe(false);
    seekOffsets.set('t', 0, '7');
    expect([seekOffsets.has('t', 0), seekOffsets.has('t', 1)]).toEqual([true, false]);
    expect(seekOffsets.pop('t', 0)).toEqual({ topic: 't', partition: 0, offset: '7' });
    expect(seekOffsets.has('t', 0)).toBe(false);
  });
});
