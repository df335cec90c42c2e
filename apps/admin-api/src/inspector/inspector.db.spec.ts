import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { signRequest } from '#webhooks';
import { startApi, type Client, type TestApi } from '../../../../test/harness/admin-api.ts';

interface Shown {
  url: string;
  answerStatus: number;
  requests: {
    headers: Record<string, string>;
    body: { text: string };
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

  it('takes nothing but POST, and no more than 1 MiB', async () => {
    expect((await fetch(url)).status).toBe(405);
    const tooLarge = await send(Buffer.alloc(1_100_000)).then(({ status }) => status);
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
