import { HubError, describeError } from '#errors';
import type { Codec, DeadLetter } from '#events';
import type { Producer, RawRecord } from '#kafka';

/** Makes what puts a record that cannot be handled, whole and with its reason, on the dead-letter topic. */
export function createDeadLetter(codec: Codec, producer: Producer, topic: string) {
  const send = async (letter: DeadLetter) => {
    const { key, reason, detail } = letter;
    const value = codec.encode('hub.pipeline.DeadLetter', letter);
    const headers = { reason, detail: detail.slice(0, 1_000), topic: letter.topic };
    await producer.send({ topic, key: key?.toString() ?? '', value, headers });
  };
  return async (record: RawRecord, error: unknown): Promise<void> => {
    const { timestampMs: _timestampMs, offset, ...rest } = record;
    const reason = error instanceof HubError ? error.code : 'HUB_HANDLER_FAILED';
    const detail = describeError(error);
    const letter = { ...rest, offset: String(offset), reason, detail, failedAt: Date.now() };
    try {
      await send(letter);
    } catch (refusal) {
      if (!(refusal instanceof HubError) || refusal.code !== 'HUB_RECORD_REFUSED') throw refusal;
      // Too large for the dead-letter topic: it must not stop all that come after it, and stays where it is.
      await send({ ...letter, key: null, value: null, headers: {} });
    }
  };
}
