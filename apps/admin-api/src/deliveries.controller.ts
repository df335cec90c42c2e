import { Allow, Costly, notFound, problem, ZodBodyPipe } from '#service';
import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { DeliveryPublisher } from './delivery-publisher.ts';
import { DeliveryBodies } from './delivery-bodies.ts';
import { deliveryQuery, type DeliveryQuery } from './delivery.request.ts';
import { DeliveryStore, type DeliveryKey, type DeliveryRow } from './delivery.store.ts';
import { EventStore } from './event.store.ts';
import { fromCursor, toPage, type Page } from './page.request.ts';
import { redeliveryRefusal, toRedelivery } from './redeliver.ts';
import { RedeliveryStore } from './redelivery.store.ts';
import { showAttempt } from './show-attempt.ts';
import { UuidParamPipe } from './uuid-param.pipe.ts';

/** What became of events: deliveries, their attempts, and one more attempt on request. */
@Controller('/v1/projects/:projectId')
export class DeliveriesController {
  @Inject(DeliveryBodies) private readonly bodies!: DeliveryBodies;

  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly events: EventStore,
    private readonly redeliveries: RedeliveryStore,
    private readonly publisher: DeliveryPublisher,
  ) {}

  @Get('webhooks/:webhookId/deliveries')
  @Allow('deliveries:read')
  async list(
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) webhookId: string,
    @Query(new ZodBodyPipe(deliveryQuery, 'query')) query: DeliveryQuery,
  ): Promise<Page<DeliveryRow>> {
    const after = fromCursor(query.cursor);
    if (!(await this.deliveries.hasWebhook({ projectId, webhookId }))) throw notFound();
    const rows = await this.deliveries.list({ projectId, webhookId }, query, after);
    return toPage(rows, query.limit, (row) => row.acceptedAt);
  }

  @Get('deliveries')
  @Allow('deliveries:read')
  async listAll(
    @Param('projectId') projectId: string,
    @Query(new ZodBodyPipe(deliveryQuery, 'query')) query: DeliveryQuery,
  ): Promise<Page<DeliveryRow>> {
    const rows = await this.deliveries.list({ projectId }, query, fromCursor(query.cursor));
    return toPage(rows, query.limit, (row) => row.acceptedAt);
  }

  @Get('deliveries/:deliveryId')
  @Allow('deliveries:read')
  async get(@Param('projectId') projectId: string, @Param('deliveryId', UuidParamPipe) deliveryId: string) {
    const key: DeliveryKey = { projectId, deliveryId };
    const delivery = await this.deliveries.find(key);
    if (delivery === undefined) throw notFound();
    const [event, ownBody, attempts] = await Promise.all([
      this.events.find(projectId, delivery.eventId),
      this.deliveries.ownBody(key),
      this.deliveries.attempts(key),
    ]);
    // Null once retention has removed the event; the same bytes went out on every attempt.
    const requestBody = (ownBody ?? event?.body)?.toString('utf8') ?? null;
    return { ...delivery, requestBody, attemptList: attempts.map(showAttempt) };
  }

  @Post('deliveries/:deliveryId/redeliver')
  @HttpCode(202)
  @Allow('deliveries:write')
  @Costly()
  async redeliver(
    @Param('projectId') projectId: string,
    @Param('deliveryId', UuidParamPipe) deliveryId: string,
  ) {
    const row = await this.redeliveries.find({ projectId, deliveryId });
    if (row === undefined) throw notFound();
    const refusal = redeliveryRefusal(row);
    if (refusal !== null) throw problem(409, refusal);
    const event = await this.events.find(projectId, row.eventId);
    if (event === undefined) throw problem(409, 'The event of this delivery is no longer stored.');
    const made = await this.bodies.make(row, event.body);
    if (made.kind === 'failed') throw problem(409, `The transformation makes no body: ${made.reason}`);
    const { kind: _kind, ...body } = made;
    const delivery = toRedelivery(row, body);
    const isRestarted = await this.redeliveries.restart(row, body.isTransformed ? body.body : null, () =>
      this.publisher.publish(row.kind ?? 'webhook', delivery),
    );
    if (!isRestarted) throw problem(409, 'The delivery is still being tried.');
    return { id: row.id, status: 'pending', attempt: delivery.attempt };
  }
}
