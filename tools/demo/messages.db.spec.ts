import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startApi, type Client, type TestApi } from '../../test/harness/admin-api.ts';
import { Messages } from './messages.ts';

let api: TestApi;
let client: Client;
let url: string;
const folder = mkdtempSync(join(tmpdir(), 'hub-messages-'));
const shown: string[] = [];
const messages = new Messages({ hasColour: false, names: new Map(), retryDelays: [] }, (line) =>
  shown.push(line),
);
let slackUrl: string;
beforeAll(async () => {
  const { SLACK_API_URL = '' } = await messages.prepare(folder);
  slackUrl = SLACK_API_URL;
  api = await startApi(inject('databaseUrl'), 2_000, { SLACK_API_URL });
  await api.app.listen(0, '127.0.0.1');
  url = (await api.app.getUrl()).replace('[::1]', '127.0.0.1');
  client = await api.addClient();
});
afterAll(async () => {
  await messages.close();
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('makes a Slack and an e-mail destination once, and enables what was disabled', async () => {
  const connect = () => messages.connect(url, { ...client, apiKey: client.key, secrets: {} });
  const made = await connect();
  expect(made.map(({ name }) => name)).toEqual(['Team chat', 'Product mail']);
  await client.call('POST', `/destinations/${made[0]?.id}/disable`);
  expect((await connect()).map(({ id }) => id)).toEqual(made.map(({ id }) => id));
  const { body } = await client.call('GET', '/destinations');
  expect(body.items).toHaveLength(2);
  expect(body.items).toContainEqual(expect.objectContaining({ name: 'Team chat', enabled: true }));
});

it('shows what is posted to the stand-in as people read it', async () => {
  const blocks = [{ type: 'divider' }];
  await fetch(slackUrl.replace('/api', '/services/T0HUB/B0HUB/launches'), {
    method: 'POST',
    body: JSON.stringify({ text: 'Started: A &amp; B &lt;new&gt;', blocks }),
  });
  expect(shown).toEqual(['          Slack #launches: Started: A & B <new>']);
});
