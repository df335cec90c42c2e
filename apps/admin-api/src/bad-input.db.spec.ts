import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { generateApiKey, sql } from '#database';
import { startApi, type Client, type TestApi } from '../../../test/harness/admin-api.ts';

let api: TestApi;
let acme: Client;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  acme = await api.addClient();
});
afterAll(() => api?.close());

const GOOD = { name: 'Orders', url: 'https://example.com/hook', eventTypes: ['*'] };
const LONG_NAME = 'n'.repeat(201);
const LONG_URL = `https://example.com/${'u'.repeat(2_048)}`;

const bodies: [string, unknown, { field: string; rule: RegExp }[]][] = [
  ['no body', undefined, ['name', 'url', 'eventTypes'].map((field) => ({ field, rule: /is required/ }))],
  ['a list', [], [{ field: 'body', rule: /JSON object/ }]],
  ['a text', '"x"', [{ field: 'body', rule: /JSON object/ }]],
  ['null', 'null', ['name', 'url', 'eventTypes'].map((field) => ({ field, rule: /is required/ }))],
  [
    'wrong types',
    { name: 1, url: {}, eventTypes: 'x', rateLimit: '5' },
    [
      { field: 'name', rule: /must be a string/ },
      { field: 'url', rule: /must be a string/ },
      { field: 'eventTypes', rule: /must be a list/ },
      { field: 'rateLimit', rule: /must be a number/ },
    ],
  ],
  [
    'unknown fields',
    { ...GOOD, secret: 'whsec_mine', enabled: true },
    [
      { field: 'secret', rule: /not a known field/ },
      { field: 'enabled', rule: /not a known field/ },
    ],
  ],
  ['an empty name', { ...GOOD, name: '  ' }, [{ field: 'name', rule: /at least 1 character/ }]],
  ['a long name', { ...GOOD, name: LONG_NAME }, [{ field: 'name', rule: /at most 200 characters/ }]],
  ['a NUL in the name', { ...GOOD, name: 'a\u0000b' }, [{ field: 'name', rule: /control characters/ }]],
  ['a URL that is none', { ...GOOD, url: 'example' }, [{ field: 'url', rule: /absolute URL/ }]],
  [
    'another scheme',
    { ...GOOD, url: 'ftp://example.com/' },
    [{ field: 'url', rule: /https:\/\/ or http:\/\// }],
  ],
  [
    'credentials',
    { ...GOOD, url: 'https://me:pw@example.com/' },
    [{ field: 'url', rule: /user name or password/ }],
  ],
  ['a private address', { ...GOOD, url: 'http://10.0.0.1/' }, [{ field: 'url', rule: /private/ }]],
  [
    'a metadata address',
    { ...GOOD, url: 'http://169.254.169.254/latest' },
    [{ field: 'url', rule: /reserved/ }],
  ],
  ['a disguised address', { ...GOOD, url: 'http://[::ffff:10.0.0.1]/' }, [{ field: 'url', rule: /private/ }]],
  ['a long URL', { ...GOOD, url: LONG_URL }, [{ field: 'url', rule: /2048/ }]],
  ['no event types', { ...GOOD, eventTypes: [] }, [{ field: 'eventTypes', rule: /at least 1 item/ }]],
  [
    'many event types',
    { ...GOOD, eventTypes: Array(51).fill('*') },
    [{ field: 'eventTypes', rule: /at most 50 items/ }],
  ],
  [
    'unknown event types',
    { ...GOOD, eventTypes: ['experiment.created', 'experiment.creatd', 'nope.*'] },
    [
      { field: 'eventTypes[1]', rule: /experiment\.creatd/ },
      { field: 'eventTypes[2]', rule: /nope/ },
    ],
  ],
  [
    'a type that is no text',
    { ...GOOD, eventTypes: [1] },
    [{ field: 'eventTypes[0]', rule: /must be a string/ }],
  ],
  ['a rate of nothing', { ...GOOD, rateLimit: 0 }, [{ field: 'rateLimit', rule: /more than 0/ }]],
  [
    'reserved and impossible headers',
    {
      ...GOOD,
      headers: { Host: 'a', 'X-Ttoolab-Event-Id': '1', te: 'x', 'a b': 'c', 'x-ok': 'a\r\nx: y', 'x-no': 1 },
    },
    [{ field: 'headers.x-no', rule: /must be a string/ }],
  ],
  [
    'reserved and impossible headers that are texts',
    { ...GOOD, headers: { Host: 'a', 'X-Ttoolab-Event-Id': '1', te: 'x', 'a b': 'c', 'x-ok': 'a\r\nx: y' } },
    [
      { field: 'headers.Host', rule: /set by the hub/ },
      { field: 'headers.X-Ttoolab-Event-Id', rule: /set by the hub/ },
      { field: 'headers.te', rule: /set by the hub/ },
      { field: 'headers.a b', rule: /letters, digits/ },
      { field: 'headers.x-ok', rule: /printable/ },
    ],
  ],
  [
    'a header twice',
    { ...GOOD, headers: { 'x-a': '1', 'X-A': '2' } },
    [{ field: 'headers.X-A', rule: /twice/ }],
  ],
  [
    'many headers',
    { ...GOOD, headers: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`x-${n}`, 'v'])) },
    [{ field: 'headers', rule: /at most 10/ }],
  ],
  ['a list of headers', { ...GOOD, headers: ['x'] }, [{ field: 'headers', rule: /must be/ }]],
  [
    'a batch of one event that waits for ever',
    { ...GOOD, batch: { maxEvents: 1, maxWaitMs: 60_000 } },
    [
      { field: 'batch.maxEvents', rule: /at least 2/ },
      { field: 'batch.maxWaitMs', rule: /at most 10000/ },
    ],
  ],
  [
    'a batch that is half said',
    { ...GOOD, batch: { maxEvents: 10, maxBytes: 5 } },
    [
      { field: 'batch.maxWaitMs', rule: /must be a number|missing|required/ },
      { field: 'batch.maxBytes', rule: /unknown|not a known/ },
    ],
  ],
  ['an endless rate', { ...GOOD, rateLimit: 1e9 }, [{ field: 'rateLimit', rule: /at most 10000/ }]],
];

describe('a new webhook', () => {
  it.each(bodies)('is refused for %s, naming each field and its rule', async (_, body, errors) => {
    const answer = await acme.call('POST', '/webhooks', body);
    expect(answer).toMatchObject({
      status: 400,
      headers: { 'content-type': expect.stringContaining('application/problem+json') },
      body: { type: 'urn:ttoolab:problem:invalid-request', title: 'Invalid request', status: 400 },
    });
    const named = answer.body.errors as { field: string; rule: string }[];
    expect(named.map((error) => error.field)).toEqual(errors.map((error) => error.field));
    for (const [index, { rule }] of errors.entries()) expect(named[index]?.rule).toMatch(rule);
  });

  it.each([
    ['broken JSON', '{"name":', {}, 400],
    ['a poisoned prototype', '{"__proto__":{"a":1}}', {}, 400],
    ['a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', 'hello', { 'content-type': 'text/plain' }, 415],
    ['a body too large', JSON.stringify({ name: 'x'.repeat(70_000) }), {}, 413],
  ])('is refused for %s', async (_, body, headers, status) => {
    const answer = await acme.call('POST', '/webhooks', body, headers);
    expect(answer).toMatchObject({
      status,
      body: { status, detail: expect.any(String), type: expect.stringContaining('urn:') },
    });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.text).not.toMatch(/stack|node_modules|FST_|at \//);
  });
});

describe('a change', () => {
  it('needs a field and follows the same rules', async () => {
    const { body } = await acme.call('POST', '/webhooks', GOOD);
    const change = async (input: unknown) => (await acme.call('PATCH', `/webhooks/${body.id}`, input)).body;
    expect(await change({})).toMatchObject({ status: 400, errors: [{ field: 'body' }] });
    expect(await change({ url: 'http://192.168.0.1/' })).toMatchObject({
      status: 400,
      errors: [{ field: 'url' }],
    });
    expect(await change({ name: null })).toMatchObject({ status: 400, errors: [{ field: 'name' }] });
    expect(await change({ enabled: false })).toMatchObject({ status: 400, errors: [{ field: 'enabled' }] });
  });
});

describe('a list', () => {
  const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const ID = '0197a1b2-0000-7000-8000-000000000001';

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=x', 'cursor'],
    [`cursor=${'x'.repeat(201)}`, 'cursor'],
    [`cursor=${cursorOf([1, 'x'])}`, 'cursor'],
    [`cursor=${cursorOf([9e15, ID])}`, 'cursor'],
    [`cursor=${cursorOf([-1, ID])}`, 'cursor'],
    ['nope=1', 'nope'],
  ])('of webhooks or deliveries refuses %s', async (query, field) => {
    const { body } = await acme.call('POST', '/webhooks', GOOD);
    for (const path of ['/webhooks', `/webhooks/${body.id}/deliveries`]) {
      const answer = await acme.call('GET', `${path}?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    }
  });

  it.each([
    ['status=done', 'status'],
    ['type=experiment.creatd', 'type'],
    ['type=%00', 'type'],
    ['eventId=1', 'eventId'],
    ['from=yesterday', 'from'],
    ['to=2025-06-09', 'to'],
    ['from=2025-06-09T12:00:00', 'from'],
  ])('of deliveries refuses %s', async (query, field) => {
    const { body } = await acme.call('POST', '/webhooks', GOOD);
    const answer = await acme.call('GET', `/webhooks/${body.id}/deliveries?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });
});

describe('a request', () => {
  it('without a key, with an unknown and with a revoked one gets the same 401', async () => {
    const revoked = await api.addClient();
    await api.test.database.run(sql`update api_keys set revoked_at = now() where id = ${revoked.keyId}`);
    const headers = [
      '',
      'Basic eDp5',
      'Bearer',
      'Bearer thk_x',
      `Bearer ${generateApiKey().key}`,
      `Bearer ${revoked.key}`,
    ];
    const answers = await Promise.all(
      headers.map((authorization) => acme.call('GET', '/webhooks', undefined, { authorization })),
    );
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 401, body: { title: 'Unauthorized' } });
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    }
  });

  it.each([
    ['GET', '/v1/nowhere', 404],
    ['PUT', '/v1/event-types', 404],
    ['GET', '/v1/%zz', 400],
    ['GET', `/v1/projects/${'p'.repeat(300)}/webhooks`, 414],
  ])('%s %s is a problem', async (method, path, status) => {
    const answer = await acme.call(method, path);
    expect(answer).toMatchObject({ status, body: { status, instance: path } });
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('with an empty body of type JSON is as good as one without', async () => {
    const { body } = await acme.call('POST', '/webhooks', GOOD);
    const answer = await acme.call('POST', `/webhooks/${body.id}/enable`, '');
    expect(answer.status).toBe(200);
  });
});
