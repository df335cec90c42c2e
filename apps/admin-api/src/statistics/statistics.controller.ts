import { EVENT_TYPES } from '#events';
import { Allow, notFound, ZodBodyPipe } from '#service';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { DeliveryStore } from '../delivery.store.ts';
import { UuidParamPipe } from '../uuid-param.pipe.ts';
import { drawSeries, startOf } from './draw-series.ts';
import { PauseRule, toHealth } from './webhook-health.ts';
import { PERIODS, statisticsQuery, type StatisticsQuery } from './statistics.request.ts';
import { StatisticsStore, type Scope } from './statistics.store.ts';

const HOUR_MS = 3_600_000;
const SPARKS = 24;

/** How much goes on, how well it goes, and what waits. */
@Controller('/v1/projects/:projectId')
export class StatisticsController {
  constructor(
    private readonly statistics: StatisticsStore,
    private readonly deliveries: DeliveryStore,
    private readonly pauseRule: PauseRule,
  ) {}

  @Get('statistics')
  @Allow('deliveries:read')
  async ofProject(
    @Param('projectId') projectId: string,
    @Query(new ZodBodyPipe(statisticsQuery, 'query')) query: StatisticsQuery,
  ) {
    return this.#draw({ projectId }, query);
  }

  @Get('webhooks/:webhookId/statistics')
  @Allow('deliveries:read')
  async ofWebhook(
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) webhookId: string,
    @Query(new ZodBodyPipe(statisticsQuery, 'query')) query: StatisticsQuery,
  ) {
    if (!(await this.deliveries.hasWebhook({ projectId, webhookId }))) throw notFound();
    const [drawn, held] = await Promise.all([
      this.#draw({ projectId, webhookId }, query),
      this.statistics.held(projectId, webhookId, EVENT_TYPES),
    ]);
    return { ...drawn, held };
  }

  @Get('webhook-health')
  @Allow('deliveries:read')
  async health(@Param('projectId') projectId: string) {
    const firstHour = new Date((Math.floor(Date.now() / HOUR_MS) - SPARKS + 1) * HOUR_MS);
    const [rows, sparks] = await Promise.all([
      this.statistics.health(projectId),
      this.statistics.sparks(projectId, firstHour),
    ]);
    return { pauseAfter: this.pauseRule.failures, items: toHealth(rows, sparks, firstHour) };
  }

  async #draw(scope: Scope, { period }: StatisticsQuery) {
    const now = Date.now();
    const [rows, backlog] = await Promise.all([
      this.statistics.traffic(scope, { ...PERIODS[period], from: startOf(period, now) }),
      this.statistics.backlog(scope),
    ]);
    return { ...drawSeries(rows, period, now), backlog };
  }
}
