import { randomUUID } from 'node:crypto';
import { findEventType, Registry, schemaText, type RegistrySettings } from '#events';
import avro from 'avsc';

interface RecordSchema {
  fields: { name: string; type: unknown; default?: unknown }[];
}

/** What writes answered surveys by another version of their schema, as a newer publisher would. */
export async function changedResponses(
  settings: RegistrySettings,
  change: (data: RecordSchema) => void,
): Promise<(data?: Record<string, unknown>) => { id: string; value: Buffer }> {
  const schema = JSON.parse(schemaText('hub.events.CesResponseCreated')) as RecordSchema;
  change(schema.fields.find(({ name }) => name === 'data')?.type as RecordSchema);
  // Under a subject of its own: the registry keeps the real one compatible, and other tests use it.
  const registered = await new Registry(settings).register(`test.${randomUUID()}`, JSON.stringify(schema));
  if (registered.kind !== 'registered') throw new Error(registered.reason);
  const type = avro.Type.forSchema(schema as unknown as avro.Schema, { wrapUnions: false });
  const example = findEventType('ces.response_created')?.example;
  return (data = {}) => {
    const id = randomUUID();
    const submittedAt = Date.parse('2025-06-09T12:00:00.000Z');
    const owner = { tenantId: randomUUID(), projectId: randomUUID(), createdAt: submittedAt };
    const body = type.toBuffer({ id, ...owner, data: { ...example, submittedAt, ...data } });
    const header = Buffer.alloc(5);
    header.writeUInt32BE(registered.id, 1);
    return { id, value: Buffer.concat([header, body]) };
  };
}
