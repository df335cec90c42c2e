import { Allow, Costly, notFound, ZodBodyPipe } from '#service';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { testAttempts, testDelivery, testResult } from './send-test.ts';
import { testRequest, toTestEvent } from './test.request.ts';
import { TestDeliveryStore } from './test-delivery.store.ts';
import { TestSender } from './test-sender.ts';
import type { z } from 'zod';
import { UuidParamPipe } from './uuid-param.pipe.ts';
import { WebhookSecretStore } from './webhook-secret.store.ts';

/** Send test: one request, at once, whatever the webhook subscribes to and also when it is disabled. */
@Controller('/v1/projects/:projectId/webhooks/:webhookId/test')
export class WebhookTestController {
  constructor(
    private readonly webhooks: WebhookSecretStore,
    private readonly sender: TestSender,
    private readonly deliveries: TestDeliveryStore,
  ) {}

  @Post()
  @HttpCode(200)
  @Allow('webhooks:write')
  @Costly()
  async send(
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) webhookId: string,
    @Body(new ZodBodyPipe(testRequest)) body: z.output<typeof testRequest>,
  ): Promise<ReturnType<typeof testResult>> {
    const event = toTestEvent(body);
    const destination = await this.webhooks.find({ projectId, webhookId });
    if (destination === undefined) throw notFound();
    const delivery = testDelivery(destination, Date.now(), event);
    const sent = await this.sender.send(delivery, destination);
    const { dropped, last } = testAttempts(delivery, sent, destination.enabledEpoch);
    await this.deliveries.add(delivery, last, dropped);
    return testResult(last);
  }
}
