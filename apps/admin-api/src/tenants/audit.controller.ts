import { Allow, tenantOf, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import { Controller, Get, Query, Req } from '@nestjs/common';
import { fromCursor, toPage, type Page } from '../page.request.ts';
import { AuditStore } from './audit.store.ts';
import { showAuditEntry, type AuditEntry } from './show-audit-entry.ts';
import { auditQuery, type AuditQuery } from './tenant.request.ts';

/** Who did what in a tenant. */
@Controller('/v1/tenants/:tenantId/audit-log')
export class AuditController {
  constructor(private readonly entries: AuditStore) {}

  @Get()
  @Allow('audit:read')
  async list(
    @Req() request: AuthenticatedRequest,
    @Query(new ZodBodyPipe(auditQuery, 'query')) query: AuditQuery,
  ): Promise<Page<AuditEntry>> {
    const rows = await this.entries.list(tenantOf(request), query, fromCursor(query.cursor));
    const { items, nextCursor } = toPage(rows, query.limit, (row) => row.at);
    return { items: items.map(showAuditEntry), nextCursor };
  }
}
