/** Registers the schema of every record. A deploy step; the services only read. */
import { loadConfig } from '#config';
import { HubError, describeError } from '#errors';
import { RECORD_NAMES, Registry, schemaText, type RegistrySettings } from '#events';

/** Registers what is not there yet, and tells of each change. @returns how many were new */
export async function registerSchemas(
  settings: RegistrySettings,
  tell: (line: string) => void,
): Promise<number> {
  const registry = new Registry(settings);
  const refusals: string[] = [];
  let registered = 0;
  for (const subject of RECORD_NAMES) {
    const text = schemaText(subject);
    if ((await registry.findId(subject, text)) !== undefined) continue;
    const result = await registry.register(subject, text);
    if (result.kind === 'refused') refusals.push(`${subject}: ${result.reason}`);
    else tell(`registered ${subject} as schema ${result.id}`);
    if (result.kind === 'registered') registered++;
  }
  if (refusals.length > 0) throw new HubError('HUB_SCHEMA_INCOMPATIBLE', refusals.join('\n'));
  return registered;
}

if (import.meta.main) {
  const tell = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    const registered = await registerSchemas(loadConfig(['registry']).registry, tell);
    tell(`${RECORD_NAMES.length} schemas in the registry, ${registered} of them new`);
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  }
}
