import { Allow, notFound, tenantOf, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import { Body, Controller, Get, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import { fromCursor, pageQuery, toPage, type Page } from '../page.request.ts';
import { namedBody } from '../people/people.request.ts';
import { TenantStore, type NamedRow } from './tenant.store.ts';

/** A tenant and its projects. */
@Controller('/v1')
export class TenantsController {
  constructor(private readonly tenants: TenantStore) {}

  @Get('tenants/:tenantId')
  @Allow('tenant:read')
  async get(@Req() request: AuthenticatedRequest): Promise<NamedRow> {
    return found(await this.tenants.find(tenantOf(request)));
  }

  @Patch('tenants/:tenantId')
  @Allow('tenant:write')
  async rename(
    @Req() request: AuthenticatedRequest,
    @Body(new ZodBodyPipe(namedBody)) { name }: z.output<typeof namedBody>,
  ): Promise<NamedRow> {
    await this.tenants.rename(tenantOf(request), name);
    return found(await this.tenants.find(tenantOf(request)));
  }

  @Get('tenants/:tenantId/projects')
  @Allow('projects:read')
  async projects(
    @Req() request: AuthenticatedRequest,
    @Query(new ZodBodyPipe(pageQuery, 'query')) query: z.output<typeof pageQuery>,
  ): Promise<Page<NamedRow>> {
    const page = { limit: query.limit + 1, after: fromCursor(query.cursor) };
    const rows = await this.tenants.projects(tenantOf(request), page);
    return toPage(rows, query.limit, (row) => row.createdAt);
  }

  @Post('tenants/:tenantId/projects')
  @Allow('projects:write')
  async addProject(
    @Req() request: AuthenticatedRequest,
    @Body(new ZodBodyPipe(namedBody)) { name }: z.output<typeof namedBody>,
  ): Promise<NamedRow> {
    const id = uuidV7();
    await this.tenants.addProject(tenantOf(request), { id, name });
    return found(await this.tenants.findProject(id));
  }

  @Get('projects/:projectId')
  @Allow('projects:read')
  async project(@Param('projectId') projectId: string): Promise<NamedRow> {
    return found(await this.tenants.findProject(projectId));
  }

  @Patch('projects/:projectId')
  @Allow('projects:write')
  async renameProject(
    @Param('projectId') projectId: string,
    @Body(new ZodBodyPipe(namedBody)) { name }: z.output<typeof namedBody>,
  ): Promise<NamedRow> {
    await this.tenants.renameProject(projectId, name);
    return found(await this.tenants.findProject(projectId));
  }
}

function found<Row>(row: Row | undefined): Row {
  if (row === undefined) throw notFound();
  return row;
}
