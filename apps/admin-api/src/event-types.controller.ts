import { EVENT_CATALOGUE } from '#events';
import { Allow } from '#service';
import { Controller, Get } from '@nestjs/common';
import { SchemaVersions } from './schema-versions.ts';

const ITEMS = EVENT_CATALOGUE.map(({ type, isNews, recordName, description, example, fields }) => ({
  type,
  isNews,
  description,
  schema: recordName,
  fields,
  example: {
    id: '0197a1b2-0000-7000-8000-000000000001',
    type,
    projectId: '0197a1b2-0000-7000-8000-000000000002',
    tenantId: '0197a1b2-0000-7000-8000-000000000003',
    createdAt: '2025-06-09T12:00:00.000Z',
    data: example,
  },
}));

/** Every event type, each with an example of the body that webhooks receive. */
@Controller('/v1/event-types')
export class EventTypesController {
  constructor(private readonly versions: SchemaVersions) {}

  @Get()
  @Allow('credential')
  async list() {
    const versions = await this.versions.all();
    return { items: ITEMS.map((item) => ({ ...item, schemaVersion: versions.get(item.schema) ?? null })) };
  }
}
