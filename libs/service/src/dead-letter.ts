import { HubError, describeError } from '#errors';
import type { Codec } from '#events';
import type { Producer, RawRecord } from '#kafka';

/** Makes what puts a record that cannot be handled, whole and with its reason, on the dead-letter topic. */
export function createDeadLetter(codec: Codec, producer: Producer, topic: string) {
  return async (record: RawRecord, error: unknown): Promise<void> => {
    const reason = error instanceof HubError ? error.code : 'HUB_HANDLER_FAILED';
    const detail = describeError(error);
    const { timestampMs: _timestampMs, offset, ...rest } = record;
    const letter = { ...rest, offset: String(offset), reason, detail, failedAt: Date.now() };
    await producer.send({
      topic,
      key: record.key?.toString() ?? '',
      value: codec.encode('hub.pipeline.DeadLetter', letter),
      headers: { reason, detail: detail.slice(0, 1_000), topic: record.topic },
    });
  };
}
