import { describe, expect, it } from 'vitest';
import type { Answer } from './accept-events.ts';
import { toException, toItem } from './show-answer.ts';

type Refusal = Exclude<Answer, { kind: 'accepted' }>;

const errors = [{ field: 'type', rule: 'is required' }];
const REFUSALS: [Refusal, number, string][] = [
  [{ kind: 'invalid', errors }, 400, 'urn:ttoolab:problem:invalid-request'],
  [{ kind: 'conflict' }, 409, 'urn:ttoolab:problem:conflict'],
  [{ kind: 'too-large' }, 413, 'urn:ttoolab:problem:too-large'],
  [{ kind: 'unavailable' }, 503, 'urn:ttoolab:problem:unavailable'],
];

describe('an answer', () => {
  it('that an event was accepted is an item with its id', () => {
    expect(toItem({ kind: 'accepted', id: 'e' })).toEqual({ status: 202, id: 'e' });
  });

  it.each(REFUSALS)('%j has the status %i, alone and in a batch', (answer, status, type) => {
    expect(toException(answer).getStatus()).toBe(status);
    const item = toItem(answer);
    expect(item).toMatchObject({ status, type, title: expect.any(String), detail: expect.any(String) });
    expect(item).not.toHaveProperty('id');
  });

  it('that names fields names them in a batch too, and others name none', () => {
    expect(toItem({ kind: 'invalid', errors })).toMatchObject({ errors });
    expect(toItem({ kind: 'conflict' })).toMatchObject({ errors: [{ field: 'id' }] });
    expect(toItem({ kind: 'too-large' })).not.toHaveProperty('errors');
    expect(toItem({ kind: 'unavailable' })).not.toHaveProperty('errors');
  });
});
