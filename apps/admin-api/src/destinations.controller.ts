import { encryptSecret, MasterKeys } from '#webhooks';
import { Allow, projectOf, notFound, problem, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import { DestinationRequests, destinationQuery, type DestinationQuery } from './destination.request.ts';
import { DestinationStore, type DestinationKey, type DestinationRow } from './destination.store.ts';
import { requireFittingFilter } from './filter.request.ts';
import { fromCursor, toPage, type Page } from './page.request.ts';
import { OutboxRelay } from './relay-outbox.ts';
import { UuidParamPipe } from './uuid-param.pipe.ts';

const BY_HAND = 'disabled by hand';

/** Destinations of every kind; webhooks are made and changed on routes of their own. */
@Controller('/v1/projects/:projectId/destinations')
export class DestinationsController {
  constructor(
    private readonly destinations: DestinationStore,
    private readonly requests: DestinationRequests,
    private readonly relay: OutboxRelay,
    private readonly masterKeys: MasterKeys,
  ) {}

  @Post()
  @Allow('webhooks:write')
  async create(@Req() request: AuthenticatedRequest, @Body() body: unknown): Promise<DestinationRow> {
    const owner = projectOf(request);
    const { secret, ...destination } = this.requests.create(body);
    requireFittingFilter(destination);
    const destinationId = uuidV7();
    const encryptedSecret = encryptSecret(secret, this.masterKeys, destinationId);
    await this.destinations.create(owner, destinationId, { ...destination, encryptedSecret });
    return this.#announced({ projectId: owner.projectId, destinationId });
  }

  @Get()
  @Allow('webhooks:read')
  async list(
    @Param('projectId') projectId: string,
    @Query(new ZodBodyPipe(destinationQuery, 'query')) query: DestinationQuery,
  ): Promise<Page<DestinationRow>> {
    const page = { limit: query.limit + 1, kind: query.kind, after: fromCursor(query.cursor) };
    const rows = await this.destinations.list(projectId, page);
    return toPage(rows, query.limit, (row) => row.createdAt);
  }

  @Get(':destinationId')
  @Allow('webhooks:read')
  async get(
    @Param('projectId') projectId: string,
    @Param('destinationId', UuidParamPipe) destinationId: string,
  ): Promise<DestinationRow> {
    return this.#find({ projectId, destinationId });
  }

  @Patch(':destinationId')
  @Allow('webhooks:write')
  async change(
    @Param('projectId') projectId: string,
    @Param('destinationId', UuidParamPipe) destinationId: string,
    @Body() body: unknown,
  ): Promise<DestinationRow> {
    const key = { projectId, destinationId };
    const current = await this.#find(key);
    const { kind, settings } = current;
    if (kind === 'webhook') throw problem(409, 'This is a webhook: change it at /webhooks.');
    const { secret, ...change } = this.requests.change({ kind, settings }, body);
    requireFittingFilter({ ...current, ...change });
    const encryptedSecret =
      secret === undefined ? undefined : encryptSecret(secret, this.masterKeys, destinationId);
    await this.destinations.change(key, { ...change, encryptedSecret });
    return this.#announced(key);
  }

  @Delete(':destinationId')
  @Allow('webhooks:write')
  @HttpCode(204)
  async remove(
    @Param('projectId') projectId: string,
    @Param('destinationId', UuidParamPipe) destinationId: string,
  ): Promise<void> {
    if (!(await this.destinations.remove({ projectId, destinationId }))) throw notFound();
    await this.relay.flush();
  }

  @Post(':destinationId/enable')
  @Allow('webhooks:write')
  @HttpCode(200)
  async enable(
    @Param('projectId') projectId: string,
    @Param('destinationId', UuidParamPipe) destinationId: string,
  ): Promise<DestinationRow> {
    await this.destinations.enable({ projectId, destinationId });
    return this.#announced({ projectId, destinationId });
  }

  @Post(':destinationId/disable')
  @Allow('webhooks:write')
  @HttpCode(200)
  async disable(
    @Param('projectId') projectId: string,
    @Param('destinationId', UuidParamPipe) destinationId: string,
  ): Promise<DestinationRow> {
    await this.destinations.disable({ projectId, destinationId }, BY_HAND);
    return this.#announced({ projectId, destinationId });
  }

  async #find(key: DestinationKey): Promise<DestinationRow> {
    const row = await this.destinations.find(key);
    if (row === undefined) throw notFound();
    return row;
  }

  async #announced(key: DestinationKey): Promise<DestinationRow> {
    const destination = await this.#find(key);
    await this.relay.flush();
    return destination;
  }
}
