import { HubError } from '#errors';
import {
  accessOf,
  Allow,
  Costly,
  notFound,
  personOf,
  problem,
  tenantOf,
  ZodBodyPipe,
  type AuthenticatedRequest,
} from '#service';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import { UuidParamPipe } from '../uuid-param.pipe.ts';
import { InvitationMail } from './invitation-mail.ts';
import { InvitationStore, type InvitationRow } from './invitation.store.ts';
import { requireRankFor } from './require-rank-for.ts';
import { invitationBody } from './tenant.request.ts';
import { TenantStore } from './tenant.store.ts';

/** Invitations into a tenant. */
@Controller('/v1/tenants/:tenantId/invitations')
export class InvitationsController {
  constructor(
    private readonly invitations: InvitationStore,
    private readonly tenants: TenantStore,
    private readonly mail: InvitationMail,
  ) {}

  @Get()
  @Allow('members:read')
  async list(@Req() request: AuthenticatedRequest): Promise<{ items: InvitationRow[] }> {
    return { items: await this.invitations.list(tenantOf(request)) };
  }

  @Post()
  @Allow('members:write')
  @Costly()
  async invite(
    @Req() request: AuthenticatedRequest,
    @Body(new ZodBodyPipe(invitationBody)) { email, role }: z.output<typeof invitationBody>,
  ): Promise<InvitationRow> {
    const tenantId = tenantOf(request);
    const person = personOf(request);
    requireRankFor(accessOf(request), role);
    if (!this.mail.isConfigured) throw problem(503, 'This hub cannot send e-mails: SMTP_URL is not set.');
    if (!person.isEmailVerified) throw problem(403, 'Confirm your own e-mail address first.');
    if (await this.invitations.isMember(tenantId, email)) throw problem(409, `${email} is a member already.`);
    const replaced = await this.invitations.roleOf(tenantId, { email });
    if (replaced !== undefined) requireRankFor(accessOf(request), replaced);
    const { token, tokenHash, lifetimeMs } = this.mail.createToken();
    const id = uuidV7();
    const invitation = { id, tenantId, email, role, tokenHash, invitedBy: person.userId, lifetimeMs };
    await asConflict(this.invitations.add(invitation, replaced));
    const tenant = (await this.tenants.find(tenantId))?.name ?? '';
    if (!(await this.mail.send(email, { tenant, inviter: person.name, token }))) {
      await this.invitations.remove(tenantId, id, role);
      throw problem(503, 'The e-mail could not be sent. Try again later.');
    }
    const [row] = await this.invitations.list(tenantId, id);
    if (row === undefined) throw notFound();
    return row;
  }

  @Delete(':invitationId')
  @HttpCode(204)
  @Allow('members:write')
  async remove(
    @Req() request: AuthenticatedRequest,
    @Param('invitationId', UuidParamPipe) invitationId: string,
  ): Promise<void> {
    const tenantId = tenantOf(request);
    const role = await this.invitations.roleOf(tenantId, { id: invitationId });
    if (role === undefined) throw notFound();
    requireRankFor(accessOf(request), role);
    if (!(await this.invitations.remove(tenantId, invitationId, role))) throw notFound();
  }
}

/** The invitation, or a 409 where somebody else invited the same address at the same time. */
async function asConflict(invited: Promise<void>): Promise<void> {
  await invited.catch((error: unknown) => {
    if (error instanceof HubError && error.context['constraint'] === 'invitations_open')
      throw problem(409, 'This address was invited at the same time: look again.');
    throw error;
  });
}
