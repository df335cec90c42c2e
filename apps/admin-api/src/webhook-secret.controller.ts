import { PROMOTE_AFTER_MS } from '#delivery';
import { encryptSecret, generateSecret, MasterKeys } from '#webhooks';
import { Allow, Costly, notFound, problem } from '#service';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { currentWebhook, type Webhook } from './current-webhook.ts';
import { OutboxRelay } from './relay-outbox.ts';
import { UuidParamPipe } from './uuid-param.pipe.ts';
import { WebhookSecretStore } from './webhook-secret.store.ts';
import { WebhookStore } from './webhook.store.ts';

/** The two steps by which a webhook's secret is replaced without a request that fails to verify. */
@Controller('/v1/projects/:projectId/webhooks/:webhookId/secret')
export class WebhookSecretController {
  constructor(
    private readonly secrets: WebhookSecretStore,
    private readonly webhooks: WebhookStore,
    private readonly relay: OutboxRelay,
    private readonly masterKeys: MasterKeys,
  ) {}

  /** Shows the next secret, once. From now on `webhook-signature` carries both. */
  @Post('rotate')
  @HttpCode(200)
  @Allow('webhooks:write')
  @Costly()
  async rotate(
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) webhookId: string,
  ): Promise<{ secret: string; promotesAt: Date }> {
    const secret = generateSecret();
    const encrypted = encryptSecret(secret, this.masterKeys, webhookId);
    const promotedBefore = new Date(Date.now() - PROMOTE_AFTER_MS);
    const startedAt = await this.secrets.rotate({ projectId, webhookId }, encrypted, promotedBefore);
    if (startedAt === undefined) throw notFound();
    await this.relay.flush();
    return { secret, promotesAt: new Date(startedAt.getTime() + PROMOTE_AFTER_MS) };
  }

  /** Makes the next secret the only one. After 24 h it becomes so by itself. */
  @Post('promote')
  @HttpCode(200)
  @Allow('webhooks:write')
  async promote(
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) webhookId: string,
  ): Promise<Webhook> {
    const isPromoted = await this.secrets.promote({ projectId, webhookId });
    const webhook = await this.webhooks.find({ projectId, webhookId });
    if (webhook === undefined) throw notFound();
    if (!isPromoted) throw problem(409, 'There is no next secret to promote: rotate first.');
    await this.relay.flush();
    return currentWebhook(webhook, new Date());
  }
}
