import { EVENT_CATALOGUE } from '#events';
import { Allow } from '#service';
import { Controller, Get } from '@nestjs/common';

const ITEMS = EVENT_CATALOGUE.map(({ type, description, example, fields }) => ({
  type,
  description,
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
  @Get()
  @Allow('credential')
  list(): { items: typeof ITEMS } {
    return { items: ITEMS };
  }
}
