import type { DestinationVersion } from '#database';
import { explainDelivery, type DeliveryExplanation } from '#filters';
import { Allow, Costly, problem, ZodBodyPipe } from '#service';
import { Controller, Get, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { UuidParamPipe } from '../uuid-param.pipe.ts';
import { explanationQuery } from './explanation-operations.ts';
import { ExplanationStore } from './explanation.store.ts';

/** Why one event went to one destination, or not. */
export interface Explanation extends DeliveryExplanation {
  destination: { id: string; kind: string; name: string };
  deliveryId: string | null;
  configuration: DestinationVersion | null;
}

/** What there is to say of an event. */
export interface Explanations {
  event: { id: string; type: string; acceptedAt: Date };
  items: Explanation[];
}

const NEVER_ACCEPTED =
  'No event with this id was accepted in this project, or retention has removed it. One that was accepted a moment ago may not be recorded yet.';

/** Why events were delivered, or not. */
@Controller('/v1/projects/:projectId/events/:eventId/explanations')
export class ExplanationsController {
  constructor(private readonly explanations: ExplanationStore) {}

  @Get()
  @Allow('events:read')
  @Costly()
  async explain(
    @Param('projectId') projectId: string,
    @Param('eventId', UuidParamPipe) eventId: string,
    @Query(new ZodBodyPipe(explanationQuery, 'query')) query: z.output<typeof explanationQuery>,
  ): Promise<Explanations> {
    const asked = { projectId, eventId, ...query };
    const event = await this.explanations.event(asked);
    if (event === undefined) throw problem(404, NEVER_ACCEPTED);
    const { type, acceptedAt } = event;
    const destinations = await this.explanations.destinations(asked, acceptedAt);
    const items = destinations.map((destination) => {
      const { id, kind, name, delivery, inForce: configuration } = destination;
      const explanation = explainDelivery(event, destination);
      return {
        destination: { id, kind, name },
        ...explanation,
        deliveryId: delivery?.id ?? null,
        configuration,
      };
    });
    return { event: { id: eventId, type, acceptedAt }, items };
  }
}
