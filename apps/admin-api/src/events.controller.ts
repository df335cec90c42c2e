import { Allow, notFound } from '#service';
import { Controller, Get, Param } from '@nestjs/common';
import { DeliveryStore } from './delivery.store.ts';
import { EventStore } from './event.store.ts';
import { UuidParamPipe } from './uuid-param.pipe.ts';

/** Recorded events. */
@Controller('/v1/projects/:projectId/events')
export class EventsController {
  constructor(
    private readonly events: EventStore,
    private readonly deliveries: DeliveryStore,
  ) {}

  @Get(':eventId')
  @Allow('events:read')
  async get(@Param('projectId') projectId: string, @Param('eventId', UuidParamPipe) eventId: string) {
    const event = await this.events.find(projectId, eventId);
    if (event === undefined) throw notFound();
    const deliveries = await this.deliveries.ofEvent(projectId, eventId);
    return { ...event, body: event.body.toString('utf8'), deliveries };
  }
}
