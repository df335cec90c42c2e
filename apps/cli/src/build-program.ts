import { randomBytes } from 'node:crypto';
import { applyRetention, generateApiKey } from '#database';
import { hashPassword } from '#identity';
import { Command, InvalidArgumentError, Option } from 'commander';
import { v7 as uuidV7 } from 'uuid';
import { AccountStore } from './account.store.ts';
import { addDeadLetters } from './add-dead-letters.ts';
import { addErasures } from './add-erasures.ts';
import { addExplanations } from './add-explanations.ts';
import { addReplays } from './add-replays.ts';
import { require, uuid, type Show, type Surroundings } from './command-parts.ts';
import { PersonStore } from './person.store.ts';
import { rekey } from './rekey.ts';
import { WebhookStore } from './webhook.store.ts';

const EMAIL = /^[^\s@]+@[^\s@]+$/;
/** Those of libs/service, which would bring the whole of Nest along; a test compares the two. */
export const KEY_SCOPES = [
  'events:write',
  'events:read',
  'webhooks:read',
  'webhooks:write',
  'deliveries:read',
  'deliveries:write',
  'visitors:erase',
];
const ROLES = ['owner', 'admin', 'developer', 'viewer'];
const MAX_NAME = 200;
const PASSWORD_BYTES = 15;
const UNREADABLE =
  'Some secrets are under a key that is neither MASTER_KEY nor in MASTER_KEY_PREVIOUS, and were left as they are.';

/** The `admin` command line: tenants, projects, keys, webhooks, retention. */
export function buildProgram(around: Surroundings): Command {
  const program = new Command('admin')
    .description('Manages tenants, projects and API keys of the hub. Reads DATABASE_URL.')
    .option('--json', 'print JSON, for scripts')
    .showHelpAfterError('(add --help for what it takes)')
    .configureHelp({ showGlobalOptions: true });
  const show = (rows: object | object[]) => {
    for (const line of format(rows, program.opts<{ json?: boolean }>().json === true)) around.print(line);
  };
  addTenants(program, around, show);
  addProjects(program, around, show);
  addKeys(program, around, show);
  addPeople(program, around, show);
  addWebhooks(program, around, show);
  addRetention(program, around, show);
  addRekey(program, around, show);
  addErasures(program, around, show);
  addReplays(program, around, show);
  addDeadLetters(program, around, show);
  addExplanations(program, around, show);
  return program;
}

function addTenants(program: Command, { database }: Surroundings, show: Show): void {
  const tenant = program.command('tenant').description('company accounts');
  tenant
    .command('create')
    .argument('<name>', 'name of the tenant', nonEmpty)
    .description('create a tenant and print its id')
    .action(async (name: string) => {
      const id = uuidV7();
      await new AccountStore(database()).addTenant(id, name);
      show({ id, name });
    });
  tenant
    .command('list')
    .description('list all tenants')
    .action(async () => show(await new AccountStore(database()).tenants()));
}

function addProjects(program: Command, { database }: Surroundings, show: Show): void {
  const project = program.command('project').description('websites and applications of a tenant');
  project
    .command('create')
    .argument('<name>', 'name of the project', nonEmpty)
    .requiredOption('--tenant <id>', 'tenant that it belongs to', uuid)
    .description('create a project and print its id')
    .action(async (name: string, { tenant }: { tenant: string }) => {
      const id = uuidV7();
      require(await new AccountStore(database()).addProject(
        id,
        tenant,
        name,
      ), `There is no tenant ${tenant}.`);
      show({ id, name, tenantId: tenant });
    });
  project
    .command('list')
    .option('--tenant <id>', 'only projects of this tenant', uuid)
    .description('list projects')
    .action(async ({ tenant }: { tenant?: string }) =>
      show(await new AccountStore(database()).projects(tenant)),
    );
}

function addKeys(program: Command, { database }: Surroundings, show: Show): void {
  const key = program.command('key').description('API keys of a project');
  key
    .command('create')
    .argument('<name>', 'what the key is for', nonEmpty)
    .requiredOption('--project <id>', 'project that it opens', uuid)
    .addOption(
      new Option('--scope <scope...>', 'what it may do; everything that a key can when absent').choices(
        KEY_SCOPES,
      ),
    )
    .description('create an API key and print it, this once')
    .action(async (name: string, { project, scope }: { project: string; scope?: string[] }) => {
      const [id, scopes] = [uuidV7(), [...new Set(scope ?? ['*'])]];
      const made = generateApiKey();
      const isAdded = await new AccountStore(database()).addKey(project, { id, name, scopes }, made);
      require(isAdded, `There is no project ${project}.`);
      show({ id, name, projectId: project, scopes, key: made.key });
    });
  key
    .command('list')
    .requiredOption('--project <id>', 'project whose keys to list', uuid)
    .description('list the API keys of a project, by their first characters')
    .action(async ({ project }: { project: string }) =>
      show(await new AccountStore(database()).keys(project)),
    );
  key
    .command('revoke')
    .argument('<id>', 'id of the key', uuid)
    .description('revoke an API key; it stops working within 5 s')
    .action(async (id: string) => {
      require(await new AccountStore(database()).revokeKey(id), `There is no key ${id}.`);
      show({ id, revoked: true });
    });
}

/** The way in when there is no SMTP server to send an invitation or a new password by. */
function addPeople(program: Command, { database }: Surroundings, show: Show): void {
  const person = program.command('person').description('people who sign in');
  person
    .command('put')
    .argument('<email>', 'address that they sign in with', email)
    .requiredOption('--tenant <id>', 'tenant that they are a member of', uuid)
    .addOption(new Option('--role <role>', 'what they are there').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'name of somebody new; their address when left out', nonEmpty)
    .description('make a person, or give one another password and role; prints the password, this once')
    .action(async (address: string, options: { tenant: string; role: string; name?: string }) => {
      const { tenant: tenantId, role, name = address } = options;
      const password = randomBytes(PASSWORD_BYTES).toString('base64url');
      const passwordHash = await hashPassword(password);
      const newcomer = { id: uuidV7(), email: address, name, passwordHash, tenantId, role };
      const isPut = await new PersonStore(database()).put(newcomer);
      require(isPut, `There is no tenant ${tenantId}.`);
      show({ email: address, tenantId, role, password });
    });
}

function addWebhooks(program: Command, { database }: Surroundings, show: Show): void {
  const webhook = program.command('webhook').description('webhooks of a project');
  webhook
    .command('list')
    .requiredOption('--project <id>', 'project whose webhooks to list', uuid)
    .description('list the webhooks of a project')
    .action(async ({ project }: { project: string }) =>
      show(await new WebhookStore(database()).list(project)),
    );
  for (const isEnabled of [true, false]) {
    const verb = isEnabled ? 'enable' : 'disable';
    webhook
      .command(verb)
      .argument('<id>', 'id of the webhook', uuid)
      .description(
        isEnabled
          ? 'enable a webhook; `replay start` sends what was held'
          : 'disable a webhook; its events are held',
      )
      .action(async (id: string) => {
        require(await new WebhookStore(database()).setEnabled(id, isEnabled), `There is no webhook ${id}.`);
        show({ id, enabled: isEnabled });
      });
  }
}

function addRetention(program: Command, { database, now }: Surroundings, show: Show): void {
  const retention = program.command('retention').description('forgetting of old events and deliveries');
  retention
    .command('run')
    .option('--days <n>', 'keep this many days', days, 30)
    .description('forget what is older, and make the partitions of the coming days')
    .action(async (options: { days: number }) => show(await applyRetention(database(), options.days, now())));
}

function addRekey(program: Command, { database, masterKeys }: Surroundings, show: Show): void {
  program
    .command('rekey')
    .description('bring stored secrets under MASTER_KEY; reads MASTER_KEY_PREVIOUS. Safe while the hub runs')
    .action(async () => {
      const done = await rekey(database(), masterKeys());
      show(done);
      require(done.unreadable === 0, UNREADABLE);
    });
}

function email(text: string): string {
  if (!EMAIL.test(text)) throw new InvalidArgumentError('It must be an e-mail address.');
  return text.toLowerCase();
}

function nonEmpty(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > MAX_NAME || /\p{Cc}/u.test(name)) {
    throw new InvalidArgumentError(`It must have 1 to ${MAX_NAME} printable characters.`);
  }
  return name;
}

function days(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
  return Number(text);
}

/** JSON as one line; otherwise one line a row, its fields as `name: value`. */
function format(rows: object | object[], isJson: boolean): string[] {
  if (isJson) return [JSON.stringify(rows)];
  const list = Array.isArray(rows) ? (rows as object[]) : [rows];
  if (list.length === 0) return ['None.'];
  return list.map((row) =>
    Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name}: ${value instanceof Date ? value.toISOString() : String(value)}`)
      .join('  '),
  );
}
