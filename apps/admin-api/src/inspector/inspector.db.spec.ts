import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import { signRequest } from '#webhooks';
import { startApi, type Client, type TestApi } from '../../../../test/harness/admin-api.ts';
import { eventually } from '../../../../test/harness/eventually.ts';

interface Shown {
  url: string;
  answerStatus: number;
  requests: {
    headers: Record<string, string>;
    body: { text: string; isTruncated: boolean };
    signature: { isGenuine: boolean; webhook: { name: string } | null; explanation: string };
  }[];
}

let api: TestApi;
let acme: Client;
let url: string;
beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
});
beforeEach(async () => {
  acme = await api.addClient();
  url = ((await acme.call('POST', '/inspector')).body as unknown as Shown).url;
});
afterAll(() => api?.close());

const show = async () => (await acme.call('GET', '/inspector')).body as unknown as Shown;
const send = (body: string | Buffer, headers: Record<string, string> = {}, to = url) =>
  fetch(to, { method: 'POST', body, headers });

describe('an inspector', () => {
  it('keeps any body, and answers as it is told', async () => {
    expect((await send('not { json', { 'content-type': 'text/x-unknown', cookie: 'a=b' })).status).toBe(200);
    expect((await acme.call('PATCH', '/inspector', { answerStatus: 503 })).body).toMatchObject({
      answerStatus: 503,
    });
    expect((await send(Buffer.from([0, 255]))).status).toBe(503);
    const { requests } = await show();
    expect(requests).toMatchObject([
      { answerStatus: 503, body: { encoding: 'base64', text: 'AP8=' } },
      { answerStatus: 200, body: { encoding: 'utf8', text: 'not { json' } },
    ]);
    expect(requests[1]?.headers).not.toHaveProperty('cookie');
  });

  it('says whose secret a request was signed with', async () => {
    const { id, secret } = (await acme.call('POST', '/webhooks', { name: 'Try', url, eventTypes: ['*'] }))
      .body;
    const body = Buffer.from('{"a":1}');
    const headers = signRequest({ eventId: id, eventType: 'webhook.test', body, secret, nowMs: Date.now() });
    await send(body, headers);
    await send(Buffer.from('{"a":2}'), headers);
    await send(body);
    expect((await show()).requests.map(({ signature }) => signature)).toEqual([
      expect.objectContaining({
        isGenuine: false,
        explanation: expect.stringContaining('no X-Ttoolab-Signature'),
      }),
      expect.objectContaining({
        isGenuine: false,
        explanation: expect.stringContaining('No webhook that leads here'),
      }),
      { isGenuine: true, webhook: { id, name: 'Try' }, explanation: 'Signed with the secret of Try.' },
    ]);
  });

  it('keeps the last 100 requests, until it is cleared', async () => {
    for (let i = 0; i < 103; i += 1) await send(String(i));
    const { requests } = await show();
    expect([requests.length, requests[0]?.body.text, requests.at(-1)?.body.text]).toEqual([100, '102', '3']);
    await acme.call('DELETE', '/inspector/requests');
    expect((await show()).requests).toEqual([]);
  });

  it('stays the same when it is opened again, and is 404 for a token that nobody has', async () => {
    expect((await acme.call('POST', '/inspector')).body).toMatchObject({ url });
    expect((await send('x', {}, new URL('/inspect/unknown', url).href)).status).toBe(404);
  });

  it('shows the beginning of a large body, whose signature is of the whole', async () => {
    const { id, secret } = (await acme.call('POST', '/webhooks', { name: 'Try', url, eventTypes: ['*'] }))
      .body;
    const body = Buffer.alloc(200_000, 'a');
    const headers = signRequest({ eventId: id, eventType: 'webhook.test', body, secret, nowMs: Date.now() });
    await send(body, headers);
    await send(Buffer.alloc(16_384, 1));
    const [exact, large] = (await show()).requests;
    expect(large?.body).toEqual({ encoding: 'utf8', text: 'a'.repeat(16_384), isTruncated: true });
    expect(large?.signature.isGenuine).toBe(true);
    expect(exact?.body).toMatchObject({ isTruncated: false });
  });

  it('shows no header of a webhook’s own', async () => {
    await send('x', { authorization: 'Bearer hunter2', 'x-api-key': 'hunter2', 'x-ttoolab-event-type': 'a' });
    const { headers } = (await show()).requests[0] ?? {};
    expect(headers).toMatchObject({
      authorization: '********',
      'x-api-key': '********',
      'x-ttoolab-event-type': 'a',
      host: new URL(url).host,
    });
    const row = await api.test.database.row<{ text: string }>(
      sql`select headers::text as text from inspector_requests where project_id = ${acme.projectId}`,
    );
    expect(row?.text).not.toContain('hunter2');
  });

  it('reads nothing of a body before it knows the token', async () => {
    const { port, pathname } = new URL(url);
    const begin = async (path: string) => {
      const begun = request({ port, host: '127.0.0.1', path, method: 'POST' });
      begun.on('error', () => undefined);
      begun.write('the beginning');
      const answer = once(begun, 'response') as Promise<[IncomingMessage]>;
      return { begun, answer };
    };
    const stranger = await begin('/inspect/unknown');
    const [{ statusCode }] = await stranger.answer;
    expect(statusCode).toBe(404);
    stranger.begun.destroy();
    const known = await begin(pathname);
    known.begun.end(' and the end');
    expect((await known.answer)[0].statusCode).toBe(200);
    expect((await show()).requests[0]?.body.text).toBe('the beginning and the end');
  });

  it('keeps no more in memory than it has room for, and has room again afterwards', async () => {
    const { port, pathname } = new URL(url);
    const sent = Array.from({ length: 65 }, () => {
      const begun = request({ port, host: '127.0.0.1', path: pathname, method: 'POST' });
      begun.on('error', () => undefined);
      begun.write(Buffer.alloc(270_000));
      return { begun, answer: once(begun, 'response') as Promise<[IncomingMessage]> };
    });
    const [refused] = await Promise.race(sent.map(({ answer }) => answer));
    expect(refused.statusCode).toBe(503);
    for (const { begun } of sent) begun.destroy();
    await eventually(async () => expect((await send(Buffer.alloc(270_000))).status).toBe(200));
  });

  it('takes nothing but POST, and no more than 272 KiB', async () => {
    expect((await fetch(url)).status).toBe(405);
    const tooLarge = await send(Buffer.alloc(300_000)).then(({ status }) => status);
    expect(tooLarge).toBe(413);
    expect((await show()).requests).toEqual([]);
  });

  it('is nobody else’s to see', async () => {
    await send('mine');
    const other = await api.addClient();
    expect((await other.call('GET', '/inspector')).body).toMatchObject({ url: null, requests: [] });
  });

  it('answers only as one of the answers that there are', async () => {
    expect(await acme.call('PATCH', '/inspector', { answerStatus: 302 })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'answerStatus' }] },
    });
  });
});
