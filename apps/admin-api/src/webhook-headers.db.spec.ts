import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import { secretsOf } from '#delivery';
import { startApi, startReceiver, type Client, type TestApi } from '../../../test/harness/admin-api.ts';

let api: TestApi;
let acme: Client;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  acme = await api.addClient();
  receiver = await startReceiver((_, response) => response.end('ok'));
});
afterAll(async () => {
  receiver?.close();
  await api?.close();
});

const VALUE = 'Bearer hunter2-canary';
const create = async (headers: object) => {
  const body = { name: 'Orders', url: receiver.url, eventTypes: ['*'], headers };
  return (await acme.call('POST', '/webhooks', body)).body;
};
const change = (id: string, headers: unknown) => acme.call('PATCH', `/webhooks/${id}`, { headers });
const sentWith = (id: string) => {
  const record = api.published.filter(({ key }) => key === id).at(-1);
  return secretsOf(record?.value as never, api.masterKeys, Date.now()).headers;
};

describe('the headers of a webhook', () => {
  it('are masked in every answer, encrypted in the table and announced encrypted', async () => {
    const { id, headers } = await create({ Authorization: VALUE, 'X-Shop': 'berlin' });
    expect(headers).toEqual({ authorization: '********', 'x-shop': '********' });
    const answers = [
      await acme.call('GET', `/webhooks/${id}`),
      await acme.call('GET', '/webhooks'),
      await acme.call('PATCH', `/webhooks/${id}`, { name: 'New' }),
      await acme.call('POST', `/webhooks/${id}/disable`),
      await acme.call('POST', `/webhooks/${id}/enable`),
    ];
    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain('berlin');
    }
    const row = await api.test.database.row<{ text: string }>(
      sql`select to_json(d)::text as text from destinations d where id = ${id}`,
    );
    expect(row?.text).toContain('authorization');
    expect(row?.text).not.toContain('hunter2');
    const records = api.published.filter(({ key }) => key === id);
    expect(JSON.stringify(records)).not.toContain('hunter2');
    expect(sentWith(id)).toEqual({ authorization: VALUE, 'x-shop': 'berlin' });
  });

  it('are set and taken off one by one, or all at once', async () => {
    const { id } = await create({ 'x-a': '1', 'x-b': '2' });
    await change(id, { 'X-B': '3', 'x-c': '4' });
    expect(sentWith(id)).toEqual({ 'x-a': '1', 'x-b': '3', 'x-c': '4' });
    await change(id, { 'x-a': null, 'x-never': null });
    expect(sentWith(id)).toEqual({ 'x-b': '3', 'x-c': '4' });
    await change(id, {});
    expect(sentWith(id)).toEqual({ 'x-b': '3', 'x-c': '4' });
    expect((await change(id, null)).body).toMatchObject({ headers: {} });
    expect(sentWith(id)).toEqual({});
  });

  it('are at most ten in all, and the mask is no value', async () => {
    const { id } = await create(Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`x-${n}`, 'v'])));
    expect(await change(id, { 'x-10': 'v' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'headers', rule: 'must have at most 10 headers' }] },
    });
    expect(await change(id, { 'x-10': 'v', 'x-9': null })).toMatchObject({ status: 200 });
    expect(await change(id, { 'x-1': '********' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'headers.x-1', rule: expect.stringContaining('must be the value') }] },
    });
    expect(await change(crypto.randomUUID(), { 'x-1': 'v' })).toMatchObject({ status: 404 });
  });

  it('go to no other origin unless they are given anew', async () => {
    const { id } = await create({ authorization: VALUE, 'x-shop': 'berlin' });
    const move = (url: string, more: object = {}) =>
      acme.call('PATCH', `/webhooks/${id}`, { url, name: 'Moved', ...more });
    const elsewhere = 'http://127.0.0.1:9/';
    for (const headers of [undefined, {}, { authorization: 'Bearer new' }, { 'x-other': 'v' }])
      expect(await move(elsewhere, { headers })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'headers', rule: expect.stringContaining('another origin') }] },
      });
    expect((await acme.call('GET', `/webhooks/${id}`)).body).toMatchObject({
      url: receiver.url,
      name: 'Orders',
    });
    expect(await move(`${receiver.url}other?path`)).toMatchObject({ status: 200 });
    expect(sentWith(id)).toEqual({ authorization: VALUE, 'x-shop': 'berlin' });
    const anew = { authorization: 'Bearer new', 'x-shop': null };
    expect(await move(elsewhere, { headers: anew })).toMatchObject({ status: 200 });
    expect(sentWith(id)).toEqual({ authorization: 'Bearer new' });
    expect(await move(receiver.url, { headers: null })).toMatchObject({ status: 200, body: { headers: {} } });
    expect(await move(elsewhere)).toMatchObject({ status: 200 });
  });

  it('go out with a test, whose rows and answer do not show them', async () => {
    const { id } = await create({ Authorization: VALUE });
    const { text, body } = await acme.call('POST', `/webhooks/${id}/test`);
    expect(receiver.requests.at(-1)?.headers).toMatchObject({ authorization: VALUE });
    const shown = await acme.call('GET', `/deliveries/${String(body.deliveryId)}`);
    expect(text + shown.text).not.toContain('hunter2');
    const rows = shown.body.attemptList as { requestHeaders: object }[];
    expect(rows[0]?.requestHeaders).toMatchObject({ authorization: '********' });
  });

  it('leave no trace of an odd name', async () => {
    const raw = '{"name":"x","url":"https://example.com/","eventTypes":["*"],"headers":{"constructor":"a"}}';
    const { status, body } = await acme.call('POST', '/webhooks', raw);
    expect({ status, headers: body.headers }).toEqual({ status: 201, headers: { constructor: '********' } });
    expect(Object.entries(sentWith(body.id))).toEqual([['constructor', 'a']]);
  });
});
