import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, findEventType } from '#events';
import { parseEvent } from './parse-event.ts';

const ID = '0197a1b2-0000-7000-8000-0000000000e1';
const TYPE = 'experiment.conversion';
const data = findEventType(TYPE)?.example as Record<string, unknown>;
const parse = (fields: Record<string, unknown>) => parseEvent({ type: TYPE, data, ...fields });

/** `field rule` of everything that is wrong. */
function wrongs(body: unknown): string[] {
  const parsed = parseEvent(body);
  return 'errors' in parsed ? parsed.errors.map(({ field, rule }) => `${field} ${rule}`) : [];
}

describe('an event', () => {
  it.each(EVENT_TYPES.filter((type) => type !== 'webhook.test'))(
    'of type %s is taken as its example',
    (type) => {
      const parsed = parseEvent({ type, data: findEventType(type)?.example });
      expect(parsed).toMatchObject({ event: { type, id: undefined, createdAt: undefined } });
    },
  );

  it.each([
    ['without id', {}, undefined],
    ['with an id', { id: ID }, ID],
    ['with an id in capitals, which is the same one', { id: ID.toUpperCase() }, ID],
  ])('%s is taken', (_, fields, id) => {
    expect(parse(fields)).toMatchObject({ event: { id } });
  });

  it.each([
    ['2025-06-09T12:00:00Z', Date.UTC(2025, 5, 9, 12)],
    ['2025-06-09T12:00:00.123Z', Date.UTC(2025, 5, 9, 12, 0, 0, 123)],
    ['2025-06-09T14:00:00+02:00', Date.UTC(2025, 5, 9, 12)],
  ])('of %s is taken with that time', (createdAt, ms) => {
    expect(parse({ createdAt })).toMatchObject({ event: { createdAt: ms } });
  });
});

describe('what is no event', () => {
  it.each([undefined, null, 'text', 7, true, [], [{ type: TYPE, data }]])(
    '%j is refused as a whole',
    (body) => {
      expect(wrongs(body)).toEqual(['body must be a JSON object { id?, type, createdAt?, data }']);
    },
  );

  it.each([
    [{ id: 'x' }, 'id'],
    [{ id: 7 }, 'id'],
    [{ id: null }, 'id'],
    [{ id: '' }, 'id'],
    [{ id: `{${ID}}` }, 'id'],
    [{ id: `${ID}\n` }, 'id'],
    [{ createdAt: 'yesterday' }, 'createdAt'],
    [{ createdAt: '2025-06-09' }, 'createdAt'],
    [{ createdAt: '2025-06-09T12:00:00' }, 'createdAt'],
    [{ createdAt: 1_750_000_000_000 }, 'createdAt'],
    [{ createdAt: null }, 'createdAt'],
    [{ type: undefined }, 'type'],
    [{ type: null }, 'type'],
    [{ type: 7 }, 'type'],
    [{ type: 'experiment.unknown' }, 'type'],
    [{ type: 'experiment.*' }, 'type'],
    [{ type: 'toString' }, 'type'],
    [{ type: '__proto__' }, 'type'],
    [{ type: 'webhook.test' }, 'type'],
    [{ data: undefined }, 'data'],
    [{ data: null }, 'data'],
    [{ data: [] }, 'data'],
    [{ data: 'text' }, 'data'],
    [{ tenantId: ID }, 'tenantId'],
    [{ projectId: ID }, 'projectId'],
  ])('with %j is refused by the name of the field', (fields, field) => {
    const found = wrongs({ type: TYPE, data, ...fields });
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(`${field} `)).toBe(true);
  });

  it('is told everything that is wrong at once, the first of its data too', () => {
    const [first] = Object.keys(data);
    const found = wrongs({
      id: 'x',
      createdAt: 'x',
      type: TYPE,
      data: { ...data, [first as string]: {} },
      more: 1,
    });
    expect(found.map((wrong) => wrong.split(' ')[0])).toEqual(['more', 'id', 'createdAt', `data.${first}`]);
  });

  it('with a field that objects inherit is refused like any other', () => {
    const body: unknown = JSON.parse(
      `{"type":"${TYPE}","data":${JSON.stringify(data)},"__proto__":{"id":"x"}}`,
    );
    expect(wrongs(body)).toEqual(['__proto__ is not a field of an event']);
    expect(wrongs({ type: TYPE, data, constructor: 1 })).toEqual(['constructor is not a field of an event']);
  });
});
