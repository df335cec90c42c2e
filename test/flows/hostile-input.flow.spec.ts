import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { eventually, throughout } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { useFlow, type Shop } from '../harness/flow.ts';

const flow = useFlow();

interface Answered {
  status: number;
  contentType: string | null;
  text: string;
}

async function send(shop: Shop, body: string | Buffer, more: Record<string, string> = {}): Promise<Answered> {
  const response = await fetch(`${flow.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${shop.key}`, 'content-type': 'application/json', ...more },
    body,
  });
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    text: await response.text(),
  };
}

function expectProblem(answered: Answered, status: number, field?: string): void {
  const problem = JSON.parse(answered.text) as Record<string, unknown>;
  expect(answered).toMatchObject({
    status,
    contentType: expect.stringMatching(/^application\/problem\+json/),
  });
  const named = {
    type: expect.stringMatching(/^urn:/),
    title: expect.any(String),
    detail: expect.any(String),
  };
  expect(problem).toMatchObject({ status, ...named, instance: '/v1/events' });
  if (field !== undefined)
    expect(problem['errors']).toContainEqual({ field, rule: expect.stringMatching(/^(must|is)/) });
  expect(answered.text).not.toMatch(/at .*\.[jt]s|node_modules|SyntaxError|FST_/);
}

const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
const event = (fields: object) => JSON.stringify({ ...sampleEvent(), ...fields });
const data = (fields: Record<string, unknown>, type = 'experiment.conversion') =>
  JSON.stringify(sampleEvent(type, fields));
/** An event whose JSON has this text, as it is, for a field of its data or of its payload. */
const raw = (field: string, text: string, type?: string) => data({ [field]: '@' }, type).replace('"@"', text);

interface Refused {
  name: string;
  body: () => string | Buffer;
  status?: number;
  field?: string;
  headers?: Record<string, string>;
}

const REFUSED: Refused[] = [
  { name: 'no body', body: () => '', field: 'body' },
  { name: 'null', body: () => 'null', field: 'body' },
  { name: 'a list', body: () => `[${event({})}]`, field: 'body' },
  { name: 'a text', body: () => '"event"', field: 'body' },
  { name: 'a number', body: () => '7', field: 'body' },
  { name: 'half of a JSON', body: () => event({}).slice(0, -1) },
  { name: 'two JSONs', body: () => event({}) + event({}) },
  { name: 'no JSON', body: () => 'id=7&type=experiment.conversion' },
  { name: 'NaN', body: () => raw('revenue', 'NaN') },
  { name: 'a text type', body: () => event({}), status: 415, headers: { 'content-type': 'text/plain' } },
  {
    name: 'a form',
    body: () => 'type=experiment.conversion',
    status: 415,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  { name: 'the key __proto__', body: () => raw('payload', '{"__proto__":{"admin":true}}') },
  { name: 'a constructor with a prototype', body: () => raw('payload', '{"constructor":{"prototype":{}}}') },
  { name: 'no type', body: () => event({ type: undefined }), field: 'type' },
  { name: 'an unknown type', body: () => event({ type: 'experiment.exploded' }), field: 'type' },
  { name: 'a prefix as type', body: () => event({ type: 'experiment.*' }), field: 'type' },
  { name: 'a type from Object’s prototype', body: () => event({ type: 'constructor' }), field: 'type' },
  { name: 'a list as type', body: () => event({ type: ['experiment.conversion'] }), field: 'type' },
  { name: 'webhook.test', body: () => event({ type: 'webhook.test', data: {} }), field: 'type' },
  { name: 'an id that is no UUID', body: () => event({ id: 'a' }), field: 'id' },
  { name: 'a number as id', body: () => event({ id: 7 }), field: 'id' },
  { name: 'null as id', body: () => event({ id: null }), field: 'id' },
  {
    name: 'a date without its offset',
    body: () => event({ createdAt: '2025-06-09T12:00:00' }),
    field: 'createdAt',
  },
  {
    name: 'a day that does not exist',
    body: () => event({ createdAt: '2025-02-30T12:00:00Z' }),
    field: 'createdAt',
  },
  {
    name: 'a date after 9999',
    body: () => event({ createdAt: '9999-12-31T23:59:59-12:00' }),
    field: 'createdAt',
  },
  {
    name: 'a date before 0000',
    body: () => event({ createdAt: '0000-01-01T00:00:00+12:00' }),
    field: 'createdAt',
  },
  { name: 'a number as date', body: () => event({ createdAt: 1749470400000 }), field: 'createdAt' },
  { name: 'a field nobody knows', body: () => event({ tenantId: randomUUID() }), field: 'tenantId' },
  { name: 'no data', body: () => event({ data: undefined }), field: 'data' },
  { name: 'null as data', body: () => event({ data: null }), field: 'data' },
  { name: 'a list as data', body: () => event({ data: [] }), field: 'data' },
  { name: 'empty data', body: () => event({ data: {} }), field: 'data.experimentId' },
  { name: 'data without a field', body: () => data({ variantKey: undefined }), field: 'data.variantKey' },
  { name: 'data with a wrong type', body: () => data({ variantKey: 7 }), field: 'data.variantKey' },
  { name: 'data with null for a field', body: () => data({ url: null }), field: 'data.url' },
  { name: 'data with a field too many', body: () => data({ extra: 1 }), field: 'data.extra' },
  { name: 'a visitor that is no UUID', body: () => data({ anonymousId: '1' }), field: 'data.anonymousId' },
  { name: 'a list as payload', body: () => data({ payload: [] }), field: 'data.payload' },
  { name: 'a payload as text', body: () => data({ payload: '{}' }), field: 'data.payload' },
  { name: 'a payload nested 33 deep', body: () => raw('payload', nested(33)), field: 'data.payload' },
  { name: 'a payload nested 40,000 deep', body: () => raw('payload', nested(40_000)), field: 'data.payload' },
  {
    name: 'lists nested 100,000 deep in an unknown field',
    body: () => event({ x: '@' }).replace('"@"', `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    field: 'x',
  },
  { name: '1e400', body: () => raw('revenue', '1e400'), field: 'data.revenue' },
  { name: '-1e400 in a payload', body: () => raw('payload', '{"a":[-1e400]}'), field: 'data.payload' },
  {
    name: 'a number of 10,000 digits',
    body: () => raw('revenue', '9'.repeat(10_000)),
    field: 'data.revenue',
  },
  {
    name: 'a score with a fraction',
    body: () => data({ score: 6.5 }, 'ces.response_created'),
    field: 'data.score',
  },
  {
    name: 'a score beyond 32 bits',
    body: () => data({ score: 2 ** 31 }, 'ces.response_created'),
    field: 'data.score',
  },
  {
    name: 'a count beyond 2^53',
    body: () => raw('used', '9007199254740993', 'usage.limit_reached'),
    field: 'data.used',
  },
  {
    name: 'a variant without a key',
    body: () =>
      data({ variants: [{ variantId: '1', name: 'A', isControl: true, weight: 1 }] }, 'experiment.created'),
    field: 'data.variants[0].variantKey',
  },
  {
    name: 'null among the variants',
    body: () => data({ variants: [null] }, 'experiment.created'),
    field: 'data.variants[0]',
  },
  {
    name: 'a date in words',
    body: () => data({ startedAt: 'yesterday' }, 'experiment.started'),
    field: 'data.startedAt',
  },
];

const ACCEPTED: { name: string; body: () => string }[] = [
  { name: 'U+0000 in a text', body: () => data({ eventName: 'a\0b', payload: { '\0': '\0' } }) },
  {
    name: 'U+0000 in the key of the partition',
    body: () => data({ experimentId: '\0' }, 'experiment.created'),
  },
  {
    name: 'an empty text in the key of the partition',
    body: () => data({ experimentId: '' }, 'experiment.created'),
  },
  {
    name: 'emoji, right-to-left marks and line separators',
    body: () => data({ eventName: '👩‍👩‍👧 \u202e\u2028\u2029\ufeff' }),
  },
  { name: 'half a character in a payload', body: () => raw('payload', '{"\\ud800":"\\udfff x"}') },
  {
    name: 'every escape of JSON',
    body: () => raw('eventName', '"\\b\\f\\n\\r\\t\\"\\\\\\/\\u0041\\u001f\\u007f"'),
  },
  {
    name: 'names from Object’s prototype',
    body: () => raw('payload', '{"constructor":1,"toString":2,"hasOwnProperty":3,"then":4,"toJSON":5}'),
  },
  { name: 'an empty name', body: () => raw('payload', '{"":{"":[]}}') },
  { name: 'names that are numbers', body: () => raw('payload', '{"10":1,"9":2,"-1":3,"1e3":4}') },
  { name: 'a name twice, of which the last counts', body: () => raw('payload', '{"a":1,"a":2}') },
  {
    name: 'a field twice, of which the last counts',
    body: () => raw('eventName', '"first","eventName":"second"'),
  },
  { name: 'a payload nested 32 deep', body: () => raw('payload', nested(32)) },
  { name: 'an empty payload', body: () => data({ payload: {} }) },
  {
    name: 'null, false and 0 in a payload',
    body: () => data({ payload: { a: null, b: false, c: 0, d: '', e: [null] } }),
  },
  { name: 'the largest and the smallest number', body: () => raw('revenue', '1.7976931348623157e308') },
  { name: 'a number next to zero', body: () => raw('revenue', '5e-324') },
  { name: 'minus zero', body: () => raw('revenue', '-0') },
  {
    name: 'numbers of many forms',
    body: () => raw('payload', '[1.0,1E2,0.1e-7,123456789012345678901,-0.0]'.replace(/^.*$/, '{"a":$&}')),
  },
  {
    name: 'the largest whole number',
    body: () => data({ used: Number.MAX_SAFE_INTEGER - 1 }, 'usage.limit_reached'),
  },
  { name: 'no variants', body: () => data({ variants: [] }, 'experiment.created') },
  {
    name: 'a thousand variants',
    body: () =>
      data(
        {
          variants: Array.from({ length: 1_000 }, (_, i) => ({
            variantId: `${i}`,
            variantKey: 'k',
            name: 'n',
            isControl: i === 0,
            weight: 0.001,
          })),
        },
        'experiment.created',
      ),
  },
  { name: 'no assignments', body: () => data({ assignments: [] }, 'ces.response_created') },
  { name: 'a byte order mark before it', body: () => `\ufeff${event({})}` },
  {
    name: 'white space around it',
    body: () => ` \r\n\t${JSON.stringify(JSON.parse(event({})), null, 4)}\n\n`,
  },
  { name: 'the first moment of the calendar', body: () => event({ createdAt: '0000-01-01T00:00:00Z' }) },
  { name: 'the last moment of the calendar', body: () => event({ createdAt: '9999-12-31T23:59:59.999Z' }) },
  { name: 'the UUID of zeros', body: () => data({ anonymousId: '00000000-0000-0000-0000-000000000000' }) },
  { name: 'a long text', body: () => data({ url: `https://shop.example.com/?${'ä'.repeat(100_000)}` }) },
];

/** As JSON says it: it has no minus zero. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what ingest refuses', () => {
  it.for(REFUSED)('$name, with a 4xx that says why', async ({ body, status = 400, field, headers }) => {
    const shop = await flow.shop();
    expectProblem(await send(shop, body(), headers), status, field);
  });

  it('every wrong field at once, each by its name', async () => {
    const shop = await flow.shop();
    const answered = await send(shop, event({ id: 'x', type: 'y', createdAt: 'z', more: 1 }));
    expectProblem(answered, 400);
    const { errors } = JSON.parse(answered.text) as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field).toSorted()).toEqual(['createdAt', 'id', 'more', 'type']);
  });

  it('is never delivered, and leaves its id free', async () => {
    const shop = await flow.shop();
    await shop.webhook('/refused');
    const id = randomUUID();
    expect((await send(shop, JSON.stringify({ ...sampleEvent(), id, data: {} }))).status).toBe(400);
    await throughout(() => expect(flow.receiver.receipts('/refused')).toEqual([]), 500);
    await shop.publish({ ...sampleEvent(), id });
    await eventually(() => expect(flow.receiver.receipts('/refused')).toMatchObject([{ eventId: id }]));
  });

  it('a batch item however deep, without harm to the others', async () => {
    const shop = await flow.shop();
    const good = sampleEvent();
    const deep = raw('payload', nested(100_000));
    const response = await fetch(`${flow.url}/v1/events/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${shop.key}`, 'content-type': 'application/json' },
      body: `{"events":[${deep},${JSON.stringify(good)}]}`,
    });
    expect(response.status).toBe(207);
    expect(await response.json()).toMatchObject({ items: [{ status: 413 }, { status: 202, id: good.id }] });
  });
});

describe('what ingest accepts', () => {
  it.for(ACCEPTED)('$name arrives as it was sent', async ({ name, body }) => {
    const shop = await flow.shop();
    const path = `/accepted/${encodeURIComponent(name)}`;
    const webhook = await shop.webhook(path);
    const text = body();
    const sent = JSON.parse(text.replace(/^\ufeff/, '')) as { id: string; type: string; data: unknown };
    expect(await send(shop, text)).toMatchObject({ status: 202, text: JSON.stringify({ id: sent.id }) });

    const delivery = await shop.settled(webhook.id, sent.id, 'success');
    const receipts = flow.receiver.receipts(path);
    expect(receipts.map((receipt) => receipt.eventId)).toEqual([sent.id]);
    const received = JSON.parse(receipts[0]?.body.toString() ?? '') as Record<string, unknown>;
    expect(received).toMatchObject({ id: sent.id, type: sent.type });
    expect(received['data']).toEqual(asJson(sent.data));
    expect(delivery.requestBody).toBe(receipts[0]?.body.toString());
    expect((await shop.call('GET', `/events/${sent.id}`)).body).toMatchObject({
      createdAt: received['createdAt'],
      body: delivery.requestBody,
    });
  });

  it('half a character in a text becomes the replacement character, since the body is UTF-8', async () => {
    const shop = await flow.shop();
    await shop.webhook('/half');
    expect((await send(shop, raw('eventName', '"a\\ud800b"'))).status).toBe(202);
    const [receipt] = await eventually(() => {
      expect(flow.receiver.receipts('/half')).toHaveLength(1);
      return flow.receiver.receipts('/half');
    });
    expect(JSON.parse(receipt?.body.toString() ?? '')).toMatchObject({ data: { eventName: 'a\ufffdb' } });
  });
});
