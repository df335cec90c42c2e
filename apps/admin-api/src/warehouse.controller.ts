import { Allow } from '#service';
import { Controller, Get, Param } from '@nestjs/common';
import { WarehouseStore } from './warehouse.store.ts';

/** What the warehouse has of a project, and how far the sink is. */
@Controller('/v1/projects/:projectId/warehouse')
export class WarehouseController {
  constructor(private readonly warehouse: WarehouseStore) {}

  @Get()
  @Allow('events:read')
  async get(@Param('projectId') projectId: string) {
    const state = await this.warehouse.state();
    const counted = await this.warehouse.rows(projectId);
    return {
      sink: state ?? null,
      rows: counted?.rows ?? 0,
      countedAt: counted?.countedAt ?? null,
      trend: await this.warehouse.trend(projectId),
    };
  }
}
