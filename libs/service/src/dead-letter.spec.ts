import { describe, expect, it } from 'vitest';
import { HubError } from '#errors';
import type { RawRecord } from '#kafka';
import { createRecordingProducer } from '../../../test/harness/recording-producer.ts';
import { createDeadLetter } from './dead-letter.ts';
import { decoderOf } from './decoder-of.ts';

const record: RawRecord = {
  topic: 'hub.events.survey',
  partition: 3,
  offset: 42,
  key: Buffer.from('k'),
  value: Buffer.from([0, 255]),
  headers: { trace: Buffer.from('t') },
  timestampMs: 1,
};

async function letterOf(error: unknown, fields: Partial<RawRecord> = {}) {
  const { codec, producer, written } = createRecordingProducer();
  await createDeadLetter(codec, producer, 'dead')({ ...record, ...fields }, error);
  return written;
}

describe('a dead letter', () => {
  it('has the record whole, where it came from, and why', async () => {
    const cause = new Error('at byte 7');
    const [letter] = await letterOf(new HubError('HUB_RECORD_UNDECODABLE', 'bytes do not fit', { cause }));
    const { timestampMs: _timestampMs, ...whole } = record;
    expect(letter).toMatchObject({
      topic: 'dead',
      key: 'k',
      name: 'hub.pipeline.DeadLetter',
      value: { ...whole, offset: '42', reason: 'HUB_RECORD_UNDECODABLE' },
      headers: { reason: 'HUB_RECORD_UNDECODABLE', topic: record.topic },
    });
    expect(letter?.value['detail']).toContain('at byte 7');
  });

  it('of a record that a handler fails on says so, and no more of the detail than a header holds', async () => {
    const [letter] = await letterOf(new TypeError('x'.repeat(5_000)));
    expect(letter?.headers).toMatchObject({ reason: 'HUB_HANDLER_FAILED', detail: 'x'.repeat(1_000) });
  });

  it('is written also of a record without key and value', async () => {
    const [letter] = await letterOf(new Error('x'), { key: null, value: null, headers: {} });
    expect(letter).toMatchObject({ key: '', value: { key: null, value: null, headers: {} } });
  });

  it('that Kafka does not take is an error, so that it is tried again', async () => {
    const { codec, producer, refuse } = createRecordingProducer();
    refuse(new HubError('HUB_KAFKA_UNAVAILABLE', 'away'));
    await expect(createDeadLetter(codec, producer, 'dead')(record, new Error('x'))).rejects.toMatchObject({
      code: 'HUB_KAFKA_UNAVAILABLE',
    });
  });
});

describe('the decoder of one record type', () => {
  const learned: (readonly Buffer[])[] = [];
  const codec = {
    learn: async (values: readonly Buffer[]) => void learned.push(values),
    decode: () => ({ name: 'hub.pipeline.LaneState', value: 'the value' }),
  } as unknown as Parameters<typeof decoderOf>[0];

  it('gives the value of its own type, and calls every other undecodable', () => {
    expect(decoderOf(codec, 'hub.pipeline.LaneState').decode(Buffer.alloc(0))).toBe('the value');
    expect(() => decoderOf(codec, 'hub.pipeline.Delivery').decode(Buffer.alloc(0))).toThrow(
      expect.objectContaining({ code: 'HUB_RECORD_UNDECODABLE' }),
    );
  });

  it('learns what it is told to', async () => {
    await decoderOf(codec, 'hub.pipeline.LaneState').learn([Buffer.from('a')]);
    expect(learned).toEqual([[Buffer.from('a')]]);
  });
});
