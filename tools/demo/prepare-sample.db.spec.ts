import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { startApi, type TestApi } from '../../test/harness/admin-api.ts';
import { prepareSample, type Sample } from './prepare-sample.ts';

let api: TestApi;
let hub: { url: string; env: Record<string, string> };
let folder: string;
beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  await api.app.listen(0, '127.0.0.1');
  hub = { url: (await api.app.getUrl()).replace('[::1]', '127.0.0.1'), env: { DATABASE_URL: api.test.url } };
  folder = mkdtempSync(join(tmpdir(), 'hub-sample-'));
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

let path: string;
let first: Sample;
const targets = (port: number) => [
  { name: 'Admin tool', url: `http://127.0.0.1:${port}/admin-tool`, eventTypes: ['*'] },
  { name: 'Flaky CRM', url: `http://127.0.0.1:${port}/flaky-crm`, eventTypes: ['experiment.*', 'ces.*'] },
];
const kept = () => JSON.parse(readFileSync(path, 'utf8')) as Sample;
beforeEach(async () => {
  path = join(folder, 'sample.json');
  ({ sample: first } = await prepareSample(hub, path, targets(4001)));
});

it('makes tenant, project, key and webhooks once, and keeps key and secrets to its owner', async () => {
  expect(kept()).toEqual(first);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const again = await prepareSample(hub, path, targets(4002));
  expect(again.sample).toEqual(first);
  expect(again.webhooks.map(({ name, url }) => `${name} ${url}`)).toEqual([
    'Admin tool http://127.0.0.1:4002/admin-tool',
    'Flaky CRM http://127.0.0.1:4002/flaky-crm',
  ]);
});

it('enables a webhook that was disabled', async () => {
  const { webhooks } = await prepareSample(hub, path, targets(4001));
  const headers = { authorization: `Bearer ${first.apiKey}` };
  const base = `${hub.url}/v1/projects/${first.projectId}/webhooks/${webhooks[0]?.id ?? ''}`;
  await fetch(`${base}/disable`, { method: 'POST', headers });
  const again = await prepareSample(hub, path, targets(4001));
  expect(again.webhooks.map(({ enabled }) => enabled)).toEqual([true, true]);
});

it.each([
  ['is gone', () => rmSync(path)],
  ['is damaged', () => writeFileSync(path, '{"projectId":')],
  ['has a key that is not known', () => writeFileSync(path, JSON.stringify({ ...first, apiKey: 'thk_no' }))],
])('makes key and secrets anew when the file %s', async (_what, spoil) => {
  spoil();
  const { sample, webhooks } = await prepareSample(hub, path, targets(4001));
  expect(sample).toMatchObject({ tenantId: first.tenantId, projectId: first.projectId });
  expect(sample.apiKey).not.toBe(first.apiKey);
  expect(Object.keys(sample.secrets)).toEqual(['Admin tool', 'Flaky CRM']);
  expect(sample.secrets['Admin tool']).not.toBe(first.secrets['Admin tool']);
  expect(webhooks).toHaveLength(2);
  expect(kept()).toEqual(sample);
});
