import { describe, expect, it } from 'vitest';
import { AcceptEvents } from './accept-events.ts';

const limits = { maxEventBytes: 1_000, maxBatchEvents: 2, ackTimeoutMs: 1_000 };
const owner = { tenantId: 't', projectId: 'p' };
/** What these bodies are refused for comes before anything is claimed or published. */
const events = new AcceptEvents({ limits } as ConstructorParameters<typeof AcceptEvents>[0]);
const RANGE = { field: 'events', rule: 'must be an array of 1 to 2 events' };

describe('a batch', () => {
  it.each([
    ['no object', null, [RANGE]],
    ['a list', ['a', 'b'], [RANGE]],
    ['a text', 'events', [RANGE]],
    ['no events', {}, [RANGE]],
    ['no list', { events: {} }, [RANGE]],
    ['an empty list', { events: [] }, [RANGE]],
    ['more than the bound', { events: [1, 2, 3] }, [RANGE]],
    [
      'a field it does not have',
      { events: [1], id: 1 },
      [{ field: 'id', rule: 'is not a field of a batch' }],
    ],
  ])('with %s is refused as a whole', async (_, body, errors) => {
    expect(await events.many(body, owner)).toEqual({ kind: 'invalid', errors });
  });
});
