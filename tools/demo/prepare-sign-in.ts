import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadConfig } from '#config';
import { createDatabase } from '#database';
import { hashPassword } from '#identity';
import { createLog } from '#log';
import { v7 as uuidV7 } from 'uuid';
import { AccountStore } from '../../apps/cli/src/account.store.ts';
import { PersonStore } from '../../apps/cli/src/person.store.ts';
import { findOrMake, TENANT } from './prepare-sample.ts';

/** Who signs in to the demo. */
export interface SampleAccount {
  email: string;
  password: string;
}

const EMAIL = 'demo@example.com';

/**
 * Makes the sample tenant and its owner before the hub starts, which would otherwise ask for a first person. The password
 * is of this machine alone: it is made at the first run and kept in `path`, readable by its owner only.
 */
export async function prepareSignIn(env: Record<string, string>, path: string): Promise<SampleAccount> {
  const { database: settings } = loadConfig(['database'], env);
  const database = createDatabase(settings, createLog('demo', { level: 'silent' }));
  try {
    const accounts = new AccountStore(database);
    const tenantId = await findOrMake(await accounts.tenants(), TENANT, (id) =>
      accounts.addTenant(id, TENANT),
    );
    const kept = loadAccount(path);
    if (kept !== undefined && (await new PersonStore(database).isMember(kept.email, tenantId))) return kept;
    const account = { email: EMAIL, password: randomBytes(12).toString('base64url') };
    const passwordHash = await hashPassword(account.password);
    const person = { id: uuidV7(), name: 'Demo', email: EMAIL, passwordHash, tenantId, role: 'owner' };
    await new PersonStore(database).put(person);
    writeFileSync(path, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600 });
    return account;
  } finally {
    await database.close();
  }
}

function loadAccount(path: string): SampleAccount | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as SampleAccount) : undefined;
}
