import { describe, expect, it } from 'vitest';
import { EVENT_CATALOGUE, findEventType } from './catalogue.ts';
import type { EventType, Events, ExperimentConversion } from './generated.ts';
import { parseData } from './parse-data.ts';
import type { EventName } from './shape.ts';
import { MAX_BODY_BYTES, toBody } from './to-body.ts';

const ENVELOPE = {
  id: '0197b2c8-4e11-7a3d-9c50-8f2e6d1b7a04',
  projectId: '0197b2a0-6b3c-7d29-84f5-1e2d3c4b5a06',
  tenantId: '0197b29f-0a52-7c18-b3e4-5d6f7a8b9c01',
  createdAt: Date.parse('2025-06-09T12:00:00Z'),
};

function bodyOf(type: EventType, example: unknown): string {
  const parsed = parseData(type, example);
  const recordName = findEventType(type)?.recordName;
  if (!parsed.ok || recordName === undefined) throw new Error(`the example of ${type} is wrong`);
  return toBody(recordName, { ...ENVELOPE, data: parsed.data } as Events[EventName]).toString();
}

function conversion(changes: Partial<ExperimentConversion['data']>): string {
  const parsed = parseData('experiment.conversion', findEventType('experiment.conversion')?.example);
  if (!parsed.ok) throw new Error(parsed.field);
  const event = { ...ENVELOPE, data: { ...parsed.data, ...changes } };
  return toBody('hub.events.ExperimentConversion', event).toString();
}

describe('toBody', () => {
  it('writes exactly these bytes', () => {
    const example = { message: 'This is a test event from Ttoolab', test: true };
    expect(bodyOf('webhook.test', example)).toBe(
      '{"id":"0197b2c8-4e11-7a3d-9c50-8f2e6d1b7a04","type":"webhook.test",' +
        '"projectId":"0197b2a0-6b3c-7d29-84f5-1e2d3c4b5a06","tenantId":"0197b29f-0a52-7c18-b3e4-5d6f7a8b9c01",' +
        '"createdAt":"2025-06-09T12:00:00.000Z",' +
        '"data":{"message":"This is a test event from Ttoolab","test":true}}',
    );
  });

  it('refuses what would not fit into the record of a delivery', () => {
    const longest = conversion({ url: '' }).length;
    const url = 'x'.repeat(MAX_BODY_BYTES - longest);
    expect(conversion({ url })).toHaveLength(MAX_BODY_BYTES);
    expect(() => conversion({ url: `${url}x` })).toThrow(
      expect.objectContaining({ code: 'HUB_RECORD_REFUSED' }),
    );
  });

  it.each(EVENT_CATALOGUE)('says what the example of $type says, in its order', ({ type, example }) => {
    const createdAt = '2025-06-09T12:00:00.000Z';
    const { id, projectId, tenantId } = ENVELOPE;
    const data = inSchemaOrder(type, example);
    expect(bodyOf(type, example)).toBe(JSON.stringify({ id, type, projectId, tenantId, createdAt, data }));
  });

  it('leaves null fields out', () => {
    const body = conversion({ goalId: null, goalType: null, revenue: null, currency: null, referrer: null });
    expect(Object.keys((JSON.parse(body) as { data: object }).data).at(-1)).toBe('payload');
  });

  it.each([
    ['U+0000', '\u0000'],
    ['an emoji', '👩‍🚀'],
    ['line separators', '\u2028\u2029'],
    ['quotes and backslashes', '"\\/\n'],
    ['a half character', '\ud83d'],
    ['markup', '</script>'],
  ])('writes %s so that JSON.parse gives it back', (_case, text) => {
    const { data } = JSON.parse(
      conversion({ url: text, payload: { [text]: [text] } }),
    ) as ExperimentConversion;
    expect(data.url).toBe(text);
    expect(data.payload).toEqual({ [text]: [text] });
  });

  it.each([0, -0, 0.1, 59.9, 1e21, 5e-324, Number.MAX_VALUE, -123456789.123])(
    'writes the number %d',
    (revenue) => {
      expect((JSON.parse(conversion({ revenue })) as ExperimentConversion).data.revenue).toBe(revenue + 0);
    },
  );

  it.each<[string, Partial<ExperimentConversion['data']>]>([
    ['NaN', { revenue: Number.NaN }],
    ['Infinity', { revenue: Number.POSITIVE_INFINITY }],
    ['a payload that holds itself', { payload: holdingItself() }],
  ])('throws a HubError for %s', (_case, changes) => {
    expect(() => conversion(changes)).toThrow(expect.objectContaining({ code: 'HUB_EVENT_INVALID' }));
  });
});

function holdingItself(): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  return Object.assign(value, { in: value });
}

function inSchemaOrder(type: EventType, example: object): object {
  const order = findEventType(type)?.fields.map((field) => field.path) ?? [];
  const entries = Object.entries(example).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return Object.fromEntries(entries);
}
