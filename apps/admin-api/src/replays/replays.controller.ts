import type { FailureCount, Replay, ReplayDeliveries, ReplayStatus } from '#database';
import { Allow, Costly, problem, ZodBodyPipe } from '#service';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { fromCursor, toPage, type Page } from '../page.request.ts';
import { UuidParamPipe } from '../uuid-param.pipe.ts';
import {
  ALL_TYPES,
  heldOf,
  heldQuery,
  newReplay,
  replayQuery,
  toSelected,
  type NewReplay,
} from './replay.request.ts';
import { ReplayStore } from './replay.store.ts';
import { Replays, type Preview } from './replays.ts';

/** A replay with where its deliveries stand. */
type ShownReplay = Replay & { deliveries: ReplayDeliveries };

/** Sending again what was sent, and at last what was held. */
@Controller('/v1/projects/:projectId')
export class ReplaysController {
  constructor(
    private readonly replays: Replays,
    private readonly store: ReplayStore,
  ) {}

  @Get('webhooks/:webhookId/held')
  @Allow('deliveries:read')
  async held(
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) destinationId: string,
    @Query(new ZodBodyPipe(heldQuery, 'query')) { hours }: z.output<typeof heldQuery>,
  ): Promise<Preview> {
    return this.replays.preview(heldOf({ projectId, destinationId }, hours, new Date()));
  }

  @Get('failures')
  @Allow('deliveries:read')
  async failures(@Param('projectId') projectId: string): Promise<{ items: FailureCount[] }> {
    return { items: await this.store.failures(projectId, ALL_TYPES) };
  }

  @Post('replays/preview')
  @HttpCode(200)
  @Allow('deliveries:write')
  @Costly()
  async preview(
    @Param('projectId') projectId: string,
    @Body(new ZodBodyPipe(newReplay)) asked: NewReplay,
  ): Promise<Preview> {
    return this.replays.preview(toSelected(projectId, asked, new Date()));
  }

  @Post('replays')
  @HttpCode(202)
  @Allow('deliveries:write')
  @Costly()
  async start(
    @Param('projectId') projectId: string,
    @Body(new ZodBodyPipe(newReplay)) asked: NewReplay,
  ): Promise<ShownReplay> {
    const mode = asked.skip ? 'skip' : asked.asNew ? 'new' : 'again';
    const replay = await this.replays.start(toSelected(projectId, asked, new Date()), mode);
    return { ...replay, deliveries: {} };
  }

  @Get('replays')
  @Allow('deliveries:read')
  async list(
    @Param('projectId') projectId: string,
    @Query(new ZodBodyPipe(replayQuery, 'query')) query: z.output<typeof replayQuery>,
  ): Promise<Page<Replay>> {
    const { limit, cursor, ...filter } = query;
    const rows = await this.store.list({
      ...filter,
      projectId,
      limit: limit + 1,
      after: fromCursor(cursor),
    });
    return toPage(rows, limit, (row) => row.createdAt);
  }

  @Get('replays/:replayId')
  @Allow('deliveries:read')
  async get(
    @Param('projectId') projectId: string,
    @Param('replayId', UuidParamPipe) replayId: string,
  ): Promise<ShownReplay> {
    return this.#show(projectId, replayId);
  }

  @Post('replays/:replayId/pause')
  @HttpCode(200)
  @Allow('deliveries:write')
  async pause(
    @Param('projectId') projectId: string,
    @Param('replayId', UuidParamPipe) id: string,
  ): Promise<ShownReplay> {
    return this.#move({ projectId, id }, { from: ['running'], to: 'paused', reason: 'by hand' });
  }

  @Post('replays/:replayId/continue')
  @HttpCode(200)
  @Allow('deliveries:write')
  async continue(
    @Param('projectId') projectId: string,
    @Param('replayId', UuidParamPipe) id: string,
  ): Promise<ShownReplay> {
    return this.#move({ projectId, id }, { from: ['paused'], to: 'running', reason: null });
  }

  /** What was sent stays sent; what is under way goes on. */
  @Post('replays/:replayId/cancel')
  @HttpCode(200)
  @Allow('deliveries:write')
  async cancel(
    @Param('projectId') projectId: string,
    @Param('replayId', UuidParamPipe) id: string,
  ): Promise<ShownReplay> {
    const move = { from: ['running', 'paused'], to: 'cancelled', reason: 'by hand' } as const;
    return this.#move({ projectId, id }, move);
  }

  async #move(
    key: { projectId: string; id: string },
    move: { from: readonly ReplayStatus[]; to: ReplayStatus; reason: string | null },
  ): Promise<ShownReplay> {
    const { status } = await this.replays.find(key.projectId, key.id);
    if (status !== move.to && !(await this.store.move(key, move)))
      throw problem(409, `The replay is ${status}.`);
    return this.#show(key.projectId, key.id);
  }

  async #show(projectId: string, id: string): Promise<ShownReplay> {
    const replay = await this.replays.find(projectId, id);
    return { ...replay, deliveries: await this.store.deliveries(id) };
  }
}
