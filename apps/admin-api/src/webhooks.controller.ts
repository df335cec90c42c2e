import { encryptSecret, generateSecret, MasterKeys } from '#webhooks';
import { Allow, projectOf, invalid, notFound, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import type { Replay } from '#database';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import { currentWebhook, type Webhook } from './current-webhook.ts';
import { requireFittingFilter } from './filter.request.ts';
import { fromCursor, pageQuery, toPage, type Page } from './page.request.ts';
import { OutboxRelay } from './relay-outbox.ts';
import { enableRequest, type EnableRequest } from './replays/replay.request.ts';
import { Replays } from './replays/replays.ts';
import { sealHeaders, toHeaderChange } from './seal-headers.ts';
import { UuidParamPipe } from './uuid-param.pipe.ts';
import { refusedHeaders } from './webhook-headers.request.ts';
import { WebhookRequests } from './webhook.request.ts';
import { WebhookStore, type WebhookKey } from './webhook.store.ts';

const BY_HAND = 'disabled by hand';

/** Webhooks of a project. Every change answers once the workers can know of it, or after 2 s. */
@Controller('/v1/projects/:projectId/webhooks')
export class WebhooksController {
  @Inject(Replays) private readonly replays!: Replays;

  constructor(
    private readonly webhooks: WebhookStore,
    private readonly requests: WebhookRequests,
    private readonly relay: OutboxRelay,
    private readonly masterKeys: MasterKeys,
  ) {}

  @Post()
  @Allow('webhooks:write')
  async create(
    @Req() request: AuthenticatedRequest,
    @Body() body: unknown,
  ): Promise<Webhook & { secret: string; replay: Replay | null }> {
    const owner = projectOf(request);
    const { headers = {}, startAt, ...webhook } = this.requests.create.transform(body);
    requireFittingFilter(webhook);
    const webhookId = uuidV7();
    const key = { projectId: owner.projectId, destinationId: webhookId };
    const past = startAt && (await this.replays.past({ ...key, eventTypes: webhook.eventTypes, startAt }));
    const secret = generateSecret();
    const encryptedSecret = encryptSecret(secret, this.masterKeys, webhookId);
    const sealedHeaders = sealHeaders(headers, this.masterKeys, webhookId);
    await this.webhooks.create(owner, webhookId, { ...webhook, encryptedSecret, sealedHeaders }, past);
    const created = await this.#announced({ projectId: owner.projectId, webhookId });
    const replay = past === undefined ? null : await this.replays.find(owner.projectId, past.id);
    return { ...created, secret, replay };
  }

  @Get()
  @Allow('webhooks:read')
  async list(
    @Param('projectId') projectId: string,
    @Query(new ZodBodyPipe(pageQuery, 'query')) query: z.output<typeof pageQuery>,
  ): Promise<Page<Webhook>> {
    const page = { limit: query.limit + 1, after: fromCursor(query.cursor) };
    const rows = await this.webhooks.list(projectId, page);
    const now = new Date();
    const { items, nextCursor } = toPage(rows, query.limit, (row) => row.createdAt);
    return { items: items.map((row) => currentWebhook(row, now)), nextCursor };
  }

  @Get(':webhookId')
  @Allow('webhooks:read')
  async get(
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) webhookId: string,
  ): Promise<Webhook> {
    return this.#find({ projectId, webhookId });
  }

  @Patch(':webhookId')
  @Allow('webhooks:write')
  async change(
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) webhookId: string,
    @Body() body: unknown,
  ): Promise<Webhook> {
    const { headers = {}, ...change } = this.requests.change.transform(body);
    if (change.filter != null || change.eventTypes !== undefined)
      requireFittingFilter({ ...(await this.#find({ projectId, webhookId })), ...change });
    const headerChange = toHeaderChange(headers, this.masterKeys, webhookId);
    const isChanged = await this.webhooks.change({ projectId, webhookId }, change, headerChange);
    if (isChanged) return this.#announced({ projectId, webhookId });
    const webhook = await this.#find({ projectId, webhookId });
    throw invalid([refusedHeaders(webhook, { url: change.url, headers })]);
  }

  @Delete(':webhookId')
  @HttpCode(204)
  @Allow('webhooks:write')
  async remove(
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) webhookId: string,
  ): Promise<void> {
    if (!(await this.webhooks.remove({ projectId, webhookId }))) throw notFound();
    await this.relay.flush();
  }

  @Post(':webhookId/enable')
  @HttpCode(200)
  @Allow('webhooks:write')
  async enable(
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) webhookId: string,
    @Body(new ZodBodyPipe(enableRequest)) request: EnableRequest,
  ): Promise<Webhook & { replay: Replay | null }> {
    await this.webhooks.enable({ projectId, webhookId });
    const webhook = await this.#announced({ projectId, webhookId });
    const replay = await this.replays.resume({ projectId, destinationId: webhookId }, request);
    return { ...webhook, replay };
  }

  @Post(':webhookId/disable')
  @HttpCode(200)
  @Allow('webhooks:write')
  async disable(
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) webhookId: string,
  ): Promise<Webhook> {
    await this.webhooks.disable({ projectId, webhookId }, BY_HAND);
    return this.#announced({ projectId, webhookId });
  }

  async #find(key: WebhookKey): Promise<Webhook> {
    const row = await this.webhooks.find(key);
    if (row === undefined) throw notFound();
    return currentWebhook(row, new Date());
  }

  async #announced(key: WebhookKey): Promise<Webhook> {
    const webhook = await this.#find(key);
    await this.relay.flush();
    return webhook;
  }
}
