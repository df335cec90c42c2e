import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { v7 as uuidV7 } from 'uuid';
import { AccountStore } from '../../apps/cli/src/account.store.ts';
import { loadConfig } from '#config';
import { createDatabase, generateApiKey } from '#database';
import { createLog } from '#log';
import { AdminClient, type SampleWebhook } from './admin-client.ts';

/** The demo's tenant and what belongs to it. `secrets` are those of the webhooks, by name. */
export interface Sample {
  tenantId: string;
  projectId: string;
  apiKey: string;
  secrets: Record<string, string>;
}

/** Where the demo's webhooks point, by name. */
export interface SampleTarget extends Pick<SampleWebhook, 'name' | 'url' | 'eventTypes'> {}

export const TENANT = 'Sample Shop Ltd';
const PROJECT = 'shop.example.com';
const KEY = 'demo';

/**
 * Makes the sample tenant, project, API key and webhooks where they are missing, and points the webhooks to `targets`.
 * Keys and secrets are shown once, so they are kept in `path`, readable by its owner only; what was lost is made anew.
 */
export async function prepareSample(
  hub: { url: string; env: Record<string, string> },
  path: string,
  targets: readonly SampleTarget[],
): Promise<{ sample: Sample; webhooks: SampleWebhook[] }> {
  const sample = await prepareAccount(hub, path);
  const client = new AdminClient(hub.url, sample);
  const existing = await client.webhooks();
  const webhooks: SampleWebhook[] = [];
  for (const target of targets) {
    const found = existing.find(({ name }) => name === target.name);
    const isKept = found !== undefined && sample.secrets[target.name] !== undefined;
    if (isKept) webhooks.push(await client.point(found, target));
    else {
      if (found !== undefined) await client.remove(found);
      const { secret, ...created } = await client.create(target);
      sample.secrets[target.name] = secret;
      webhooks.push(created);
      save(path, sample);
    }
  }
  return { sample, webhooks };
}

async function prepareAccount(
  hub: { url: string; env: Record<string, string> },
  path: string,
): Promise<Sample> {
  const { database: settings } = loadConfig(['database'], hub.env);
  const database = createDatabase(settings, createLog('demo', { level: 'silent' }));
  try {
    const accounts = new AccountStore(database);
    const tenantId = await findOrMake(await accounts.tenants(), TENANT, (id) =>
      accounts.addTenant(id, TENANT),
    );
    const projects = await accounts.projects(tenantId);
    const projectId = await findOrMake(projects, PROJECT, (id) => accounts.addProject(id, tenantId, PROJECT));
    const kept = loadSample(path);
    if (kept?.projectId === projectId && (await new AdminClient(hub.url, kept).isOpen())) return kept;
    const made = generateApiKey();
    await accounts.addKey(projectId, { id: uuidV7(), name: KEY, scopes: ['*'] }, made);
    const sample = { tenantId, projectId, apiKey: made.key, secrets: {} };
    save(path, sample);
    return sample;
  } finally {
    await database.close();
  }
}

export async function findOrMake(
  rows: readonly { id: string; name: string }[],
  name: string,
  make: (id: string) => Promise<unknown>,
): Promise<string> {
  const found = rows.find((row) => row.name === name);
  if (found !== undefined) return found.id;
  const id = uuidV7();
  await make(id);
  return id;
}

/** What an earlier run kept, if there was one. */
export function loadSample(path: string): Sample | undefined {
  try {
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Sample) : undefined;
  } catch {
    return undefined;
  }
}

function save(path: string, sample: Sample): void {
  writeFileSync(path, `${JSON.stringify(sample, null, 2)}\n`, { mode: 0o600 });
}
