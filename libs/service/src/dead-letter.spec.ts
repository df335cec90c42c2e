import { describe, expect, it } from 'vitest';
import { createRecordingProducer } from '../../../test/harness/recording-producer.ts';
import { HubError } from '#errors';
import type { OutgoingRecord, Producer, RawRecord } from '#kafka';
import { createDeadLetter } from './dead-letter.ts';

const record: RawRecord = {
  topic: 'hub.events.survey',
  partition: 3,
  offset: 7,
  key: Buffer.from('k'),
  value: Buffer.from('poison'),
  headers: { h: Buffer.from('1') },
  timestampMs: 0,
};
const poison = new HubError('HUB_RECORD_UNDECODABLE', 'no Avro');
const tooLarge = new HubError('HUB_RECORD_REFUSED', 'too large');

/** A dead-letter topic whose first answers are these errors. */
function createTopic(...errors: HubError[]) {
  const { producer, codec, to } = createRecordingProducer();
  const send = async (outgoing: OutgoingRecord) => {
    const error = errors.shift();
    if (error !== undefined) throw error;
    return producer.send(outgoing);
  };
  const bury = createDeadLetter(codec, { send } as unknown as Producer, 'dead');
  return { bury, letters: () => to('dead') };
}

describe('a dead letter', () => {
  it('holds the whole record, where it was, and why it is dead', async () => {
    const { bury, letters } = createTopic();
    await bury(record, poison);
    const { topic, partition, key, value, headers } = record;
    const where = { topic, partition, offset: '7' };
    expect(letters()).toMatchObject([
      { ...where, key, value, headers, reason: 'HUB_RECORD_UNDECODABLE', detail: expect.any(String) },
    ]);
  });

  it('of a record too large for its topic says only where the record is', async () => {
    const { bury, letters } = createTopic(tooLarge);
    await bury(record, poison);
    const where = { topic: 'hub.events.survey', partition: 3, offset: '7' };
    expect(letters()).toMatchObject([
      { ...where, key: null, value: null, headers: {}, reason: 'HUB_RECORD_UNDECODABLE' },
    ]);
  });

  it('is not given up while Kafka is away', async () => {
    const { bury, letters } = createTopic(new HubError('HUB_KAFKA_UNAVAILABLE', 'away'));
    await expect(bury(record, poison)).rejects.toThrow('away');
    expect(letters()).toEqual([]);
  });
});
