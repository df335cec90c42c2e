import { describe, expect, it } from 'vitest';
import { isRefusal } from './is-refusal.ts';

const typed = (type: string, cause?: unknown) => Object.assign(new Error(type, { cause }), { type });

describe('a refusal by Kafka', () => {
  it.each([
    typed('MESSAGE_TOO_LARGE'),
    typed('RECORD_LIST_TOO_LARGE'),
    typed('INVALID_RECORD'),
    typed('CORRUPT_MESSAGE'),
    typed('INVALID_TIMESTAMP'),
    new Error('retries are over', { cause: typed('MESSAGE_TOO_LARGE') }),
    typed('UNKNOWN', new Error('', { cause: typed('INVALID_RECORD') })),
  ])('is one that no retry changes: $message', (error) => {
    expect(isRefusal(error)).toBe(true);
  });

  it.each([
    typed('NOT_LEADER_FOR_PARTITION'),
    typed('NOT_ENOUGH_REPLICAS'),
    typed('OUT_OF_ORDER_SEQUENCE_NUMBER'),
    typed('REQUEST_TIMED_OUT'),
    new Error('MESSAGE_TOO_LARGE'),
    new Error('', { cause: 'MESSAGE_TOO_LARGE' }),
    'MESSAGE_TOO_LARGE',
    { type: 'MESSAGE_TOO_LARGE' },
    undefined,
    null,
  ])('is not an outage, nor anything else: %s', (error) => {
    expect(isRefusal(error)).toBe(false);
  });
});
