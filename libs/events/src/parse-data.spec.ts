import { describe, expect, it } from 'vitest';
import { EVENT_CATALOGUE, findEventType } from './catalogue.ts';
import type { EventType } from './generated.ts';
import { parseData } from './parse-data.ts';

/** A valid conversion with some fields changed; `undefined` takes one away. */
function conversion(changes: object): unknown {
  return without({ ...findEventType('experiment.conversion')?.example, ...changes });
}

function created(changes: object): unknown {
  return without({ ...findEventType('experiment.created')?.example, ...changes });
}

function without(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

const variant = { variantId: 'v', variantKey: 'v', name: 'V', isControl: true, weight: 50 };

function nested(depth: number): object {
  return depth === 0 ? {} : { in: nested(depth - 1) };
}

describe('parseData', () => {
  it.each(EVENT_CATALOGUE)('takes the example of $type', ({ type, example }) => {
    expect(parseData(type, example)).toMatchObject({ ok: true });
  });

  it('turns dates into milliseconds and absent options into null', () => {
    const { reason: _reason, ...data } = findEventType('experiment.paused')?.example ?? {};
    const expected = { reason: null, pausedAt: Date.parse('2025-06-12T08:30:00Z') };
    expect(parseData('experiment.paused', data)).toMatchObject({ ok: true, data: expected });
  });

  it('fills in what has a default', () => {
    const { eventName: _eventName, ...data } = findEventType('experiment.exposure')?.example ?? {};
    expect(parseData('experiment.exposure', data)).toMatchObject({
      ok: true,
      data: { eventName: '$exposure' },
    });
  });

  it.each<[string, EventType, unknown, string, string]>([
    ['no data', 'webhook.test', undefined, 'data', 'must be an object'],
    ['a list', 'webhook.test', [], 'data', 'must be an object'],
    ['null', 'webhook.test', null, 'data', 'must be an object'],
    ['a missing field', 'experiment.conversion', conversion({ url: undefined }), 'data.url', 'is required'],
    ['a null field', 'experiment.conversion', conversion({ url: null }), 'data.url', 'must be a string'],
    [
      'an unknown field',
      'experiment.conversion',
      conversion({ colour: 1 }),
      'data.colour',
      'is not a known field',
    ],
    [
      'a number for a string',
      'experiment.conversion',
      conversion({ url: 1 }),
      'data.url',
      'must be a string',
    ],
    [
      'a string for a number',
      'experiment.conversion',
      conversion({ revenue: '1' }),
      'data.revenue',
      'must be a number',
    ],
    [
      'a visitor who is no UUID',
      'experiment.conversion',
      conversion({ anonymousId: 'me' }),
      'data.anonymousId',
      'must be a UUID',
    ],
    [
      'text for an object',
      'experiment.conversion',
      conversion({ payload: '{}' }),
      'data.payload',
      'must be an object',
    ],
    [
      'a list for an object',
      'experiment.conversion',
      conversion({ payload: [] }),
      'data.payload',
      'must be an object',
    ],
    [
      'text for a boolean',
      'webhook.test',
      { message: '', test: 'true' },
      'data.test',
      'must be true or false',
    ],
    [
      'an object for a list',
      'experiment.created',
      created({ variants: {} }),
      'data.variants',
      'must be an array',
    ],
    [
      'a wrong item',
      'experiment.created',
      created({ variants: [variant, 1] }),
      'data.variants[1]',
      'must be an object',
    ],
    [
      'a wrong field of an item',
      'experiment.created',
      created({ variants: [variant, { ...variant, weight: '50' }] }),
      'data.variants[1].weight',
      'must be a number',
    ],
    [
      'an unknown field of an item',
      'experiment.created',
      created({ variants: [{ ...variant, size: 1 }] }),
      'data.variants[0].size',
      'is not a known field',
    ],
  ])('refuses %s', (...[, type, data, field, rule]) => {
    expect(parseData(type, data)).toEqual({ ok: false, field, rule });
  });

  it.each([
    ['score', 6.5, 'whole number from -2147483648 to 2147483647'],
    ['score', 2 ** 31, 'whole number from -2147483648 to 2147483647'],
    ['submittedAt', 1_749_470_400_000, 'ISO 8601'],
    ['submittedAt', '2025-06-09', 'ISO 8601'],
    ['submittedAt', '2025-06-09T12:00:00', 'ISO 8601'],
    ['submittedAt', '2025-02-30T12:00:00Z', 'ISO 8601'],
    ['submittedAt', '0000-01-01T00:00:00+01:00', 'ISO 8601'],
  ])('refuses %s %s of a survey answer', (field, value, rule) => {
    const data = { ...findEventType('ces.response_created')?.example, [field]: value };
    expect(parseData('ces.response_created', data)).toEqual({
      ok: false,
      field: `data.${field}`,
      rule: expect.stringContaining(rule),
    });
  });

  it('refuses whole numbers beyond what JSON readers keep exactly', () => {
    const data = { ...findEventType('usage.limit_reached')?.example, used: 2 ** 53 };
    expect(parseData('usage.limit_reached', data)).toMatchObject({ ok: false, field: 'data.used' });
  });

  it.each(['1e400', '[[1e400]]', '{"a":-1e400}'])(
    'refuses a payload with %s, which would go out as null',
    (text) => {
      const data = conversion({});
      (data as { payload: unknown }).payload = JSON.parse(`{"in":${text}}`);
      expect(parseData('experiment.conversion', data)).toMatchObject({ ok: false, field: 'data.payload' });
    },
  );

  it('takes a payload 32 levels deep and refuses a deeper one', () => {
    expect(parseData('experiment.conversion', conversion({ payload: nested(31) }))).toMatchObject({
      ok: true,
    });
    expect(parseData('experiment.conversion', conversion({ payload: nested(32) }))).toMatchObject({
      ok: false,
      field: 'data.payload',
      rule: 'must not be nested deeper than 32 levels',
    });
  });

  it('takes a payload of 10,000 values and refuses a larger one', () => {
    const many = (count: number) => ({ list: Array.from({ length: count - 2 }, () => 0) });
    expect(parseData('experiment.conversion', conversion({ payload: many(10_000) }))).toMatchObject({
      ok: true,
    });
    expect(parseData('experiment.conversion', conversion({ payload: many(10_001) }))).toMatchObject({
      rule: 'must not hold more than 10000 values in all',
    });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'treats the name %s as plain data',
    (name) => {
      const text = JSON.stringify(findEventType('experiment.conversion')?.example);
      const outside = JSON.parse(text.replace('{', `{"${name}":{"polluted":true},`)) as unknown;
      expect(parseData('experiment.conversion', outside)).toMatchObject({ ok: false, field: `data.${name}` });
      const inside = JSON.parse(
        text.replace('"payload":{', `"payload":{"${name}":{"polluted":true},`),
      ) as unknown;
      const parsed = parseData('experiment.conversion', inside);
      expect(parsed.ok && JSON.stringify(parsed.data.payload)).toContain(`"${name}":{"polluted":true}`);
      expect({}).not.toHaveProperty('polluted');
    },
  );

  it('replaces half characters, which UTF-8 cannot hold', () => {
    const parsed = parseData('experiment.conversion', conversion({ url: 'a\ud83d' }));
    expect(parsed).toMatchObject({ ok: true, data: { url: 'a\ufffd' } });
  });
});
