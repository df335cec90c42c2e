import { Allow, Costly, notFound, ZodBodyPipe } from '#service';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { deliveryQuery, type DeliveryQuery } from './delivery.request.ts';
import { DeliveryStore, type DeliveryRow } from './delivery.store.ts';
import { DestinationStore } from './destination.store.ts';
import { fromCursor, toPage, type Page } from './page.request.ts';
import { testAttempts, testDelivery, testResult } from './send-test.ts';
import { TestDeliveryStore } from './test-delivery.store.ts';
import { TestSender } from './test-sender.ts';
import { UuidParamPipe } from './uuid-param.pipe.ts';

/** What a destination of any kind was sent, and a test to send it. */
@Controller('/v1/projects/:projectId/destinations/:destinationId')
export class DestinationLogController {
  constructor(
    private readonly destinations: DestinationStore,
    private readonly deliveries: DeliveryStore,
    private readonly sender: TestSender,
    private readonly tests: TestDeliveryStore,
  ) {}

  /** One message, at once, whatever the destination subscribes to and also when it is disabled. */
  @Post('test')
  @Allow('webhooks:write')
  @HttpCode(200)
  @Costly()
  async send(
    @Param('projectId') projectId: string,
    @Param('destinationId', UuidParamPipe) destinationId: string,
  ): Promise<ReturnType<typeof testResult>> {
    const destination = await this.destinations.findWhole({ projectId, destinationId });
    if (destination === undefined) throw notFound();
    const delivery = testDelivery(destination, Date.now());
    const sent = await this.sender.send(delivery, destination);
    const { dropped, last } = testAttempts(delivery, sent, destination.enabledEpoch);
    await this.tests.add(delivery, last, dropped);
    return testResult(last);
  }

  @Get('deliveries')
  @Allow('deliveries:read')
  async list(
    @Param('projectId') projectId: string,
    @Param('destinationId', UuidParamPipe) destinationId: string,
    @Query(new ZodBodyPipe(deliveryQuery, 'query')) query: DeliveryQuery,
  ): Promise<Page<DeliveryRow>> {
    const after = fromCursor(query.cursor);
    if ((await this.destinations.find({ projectId, destinationId })) === undefined) throw notFound();
    const rows = await this.deliveries.list({ projectId, webhookId: destinationId }, query, after);
    return toPage(rows, query.limit, (row) => row.acceptedAt);
  }
}
