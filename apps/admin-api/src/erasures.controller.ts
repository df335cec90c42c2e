import type { ErasureReport, ReportOwner } from '#database';
import { Allow, Costly, notFound, ZodBodyPipe } from '#service';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import { visitorErasure } from './erasure.request.ts';
import { ErasureStore } from './erasure.store.ts';
import { OutboxRelay } from './relay-outbox.ts';
import { UuidParamPipe } from './uuid-param.pipe.ts';

/** Forgetting of visitors, projects and tenants. Each answers with a report that later calls show the progress of. */
@Controller('/v1')
export class ErasuresController {
  constructor(
    private readonly erasures: ErasureStore,
    private readonly relay: OutboxRelay,
  ) {}

  @Post('projects/:projectId/erasures')
  @HttpCode(202)
  @Allow('visitors:erase')
  @Costly()
  async eraseVisitor(
    @Param('projectId') projectId: string,
    @Body(new ZodBodyPipe(visitorErasure)) { anonymousId }: z.output<typeof visitorErasure>,
  ): Promise<ErasureReport> {
    const id = uuidV7();
    if (!(await this.erasures.visitor({ id, projectId, anonymousId }))) throw notFound();
    return this.#announced({ projectId }, id);
  }

  @Get('projects/:projectId/erasures')
  @Allow('visitors:erase')
  async list(@Param('projectId') projectId: string): Promise<{ items: ErasureReport[] }> {
    return { items: await this.erasures.reports({ projectId }) };
  }

  @Get('projects/:projectId/erasures/:erasureId')
  @Allow('visitors:erase')
  async get(
    @Param('projectId') projectId: string,
    @Param('erasureId', UuidParamPipe) erasureId: string,
  ): Promise<ErasureReport> {
    return this.#find({ projectId }, erasureId);
  }

  @Delete('projects/:projectId')
  @HttpCode(202)
  @Allow('projects:delete')
  @Costly()
  async deleteProject(@Param('projectId', UuidParamPipe) projectId: string): Promise<ErasureReport> {
    const id = uuidV7();
    if (!(await this.erasures.project({ id, projectId }))) throw notFound();
    return this.#announced({ projectId }, id);
  }

  @Delete('tenants/:tenantId')
  @HttpCode(202)
  @Allow('tenant:delete')
  @Costly()
  async deleteTenant(@Param('tenantId', UuidParamPipe) tenantId: string): Promise<ErasureReport> {
    const id = uuidV7();
    if (!(await this.erasures.tenant({ id, tenantId }))) throw notFound();
    return this.#announced({ tenantId }, id);
  }

  /** Of all projects, those too that are no more. */
  @Get('tenants/:tenantId/erasures')
  @Allow('projects:delete')
  async ofTenant(@Param('tenantId') tenantId: string): Promise<{ items: ErasureReport[] }> {
    return { items: await this.erasures.reports({ tenantId }) };
  }

  async #announced(owner: ReportOwner, id: string): Promise<ErasureReport> {
    const report = await this.#find(owner, id);
    await this.relay.flush();
    return report;
  }

  async #find(owner: ReportOwner, id: string): Promise<ErasureReport> {
    const [report] = await this.erasures.reports(owner, id);
    if (report === undefined) throw notFound();
    return report;
  }
}
