import { HubError } from '#errors';
import {
  accessOf,
  Allow,
  notFound,
  problem,
  tenantOf,
  ZodBodyPipe,
  type AuthenticatedRequest,
} from '#service';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Req } from '@nestjs/common';
import type { z } from 'zod';
import { UuidParamPipe } from '../uuid-param.pipe.ts';
import { MemberStore, type MemberKey, type MemberRow } from './member.store.ts';
import { requireRankFor } from './require-rank-for.ts';
import { roleBody } from './tenant.request.ts';

/** The members of a tenant. */
@Controller('/v1/tenants/:tenantId/members')
export class MembersController {
  constructor(private readonly members: MemberStore) {}

  @Get()
  @Allow('members:read')
  async list(@Req() request: AuthenticatedRequest): Promise<{ items: MemberRow[] }> {
    return { items: await this.members.list(tenantOf(request)) };
  }

  @Patch(':userId')
  @Allow('members:write')
  async change(
    @Req() request: AuthenticatedRequest,
    @Param('userId', UuidParamPipe) userId: string,
    @Body(new ZodBodyPipe(roleBody)) { role }: z.output<typeof roleBody>,
  ): Promise<MemberRow> {
    const key = { tenantId: tenantOf(request), userId };
    const member = await this.#find(key);
    requireRankFor(accessOf(request), member.role, role);
    await asConflict(this.members.change(key, member.role, role));
    return this.#find(key);
  }

  @Delete(':userId')
  @HttpCode(204)
  @Allow('members:write')
  async remove(
    @Req() request: AuthenticatedRequest,
    @Param('userId', UuidParamPipe) userId: string,
  ): Promise<void> {
    const key = { tenantId: tenantOf(request), userId };
    const { role } = await this.#find(key);
    requireRankFor(accessOf(request), role);
    await asConflict(this.members.remove(key, role));
  }

  async #find(key: MemberKey): Promise<MemberRow> {
    const member = await this.members.find(key);
    if (member === undefined) throw notFound();
    return member;
  }
}

/** The change, or a 409 where the tenant would be left without an owner or somebody else was faster. */
async function asConflict(change: Promise<boolean>): Promise<void> {
  const isDone = await change.catch((error: unknown) => {
    if (error instanceof HubError && error.context['constraint'] === 'members_keep_an_owner')
      throw problem(409, 'A tenant needs an owner: make somebody else an owner first.');
    throw error;
  });
  if (!isDone) throw problem(409, 'This member was changed at the same time: look again.');
}
