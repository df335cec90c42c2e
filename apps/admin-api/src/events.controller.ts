import { Allow, notFound, ZodBodyPipe } from '#service';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { DeliveryStore } from './delivery.store.ts';
import { eventQuery, type EventQuery } from './event.request.ts';
import { EventStore, type ListedEventRow } from './event.store.ts';
import { fromCursor, toPage, type Page } from './page.request.ts';
import { UuidParamPipe } from './uuid-param.pipe.ts';

/** Recorded events. */
@Controller('/v1/projects/:projectId/events')
export class EventsController {
  constructor(
    private readonly events: EventStore,
    private readonly deliveries: DeliveryStore,
  ) {}

  @Get()
  @Allow('events:read')
  async list(
    @Param('projectId') projectId: string,
    @Query(new ZodBodyPipe(eventQuery, 'query')) query: EventQuery,
  ): Promise<Page<ListedEventRow>> {
    const rows = await this.events.list(projectId, query, fromCursor(query.cursor));
    return toPage(rows, query.limit, (row) => row.acceptedAt);
  }

  @Get(':eventId')
  @Allow('events:read')
  async get(@Param('projectId') projectId: string, @Param('eventId', UuidParamPipe) eventId: string) {
    const event = await this.events.find(projectId, eventId);
    if (event === undefined) throw notFound();
    const deliveries = await this.deliveries.ofEvent(projectId, eventId);
    return { ...event, body: event.body.toString('utf8'), deliveries };
  }
}
