import {
  actorOf,
  Allow,
  Costly,
  forbidden,
  notFound,
  personOf,
  problem,
  ZodBodyPipe,
  type AuthenticatedRequest,
} from '#service';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import { UuidParamPipe } from '../uuid-param.pipe.ts';
import { findMe, type Me } from './me.ts';
import { namedBody, profileBody } from './people.request.ts';
import { PersonStore, type SessionRow } from './person.store.ts';
import { VerificationMail } from './verification-mail.ts';

/** A person about themselves. */
@Controller('/v1')
export class MeController {
  constructor(
    private readonly persons: PersonStore,
    private readonly verification: VerificationMail,
  ) {}

  @Get('me')
  @Allow('person')
  async get(@Req() request: AuthenticatedRequest): Promise<Me> {
    return findMe(this.persons, personOf(request).userId);
  }

  @Patch('me')
  @Allow('person')
  async change(
    @Req() request: AuthenticatedRequest,
    @Body(new ZodBodyPipe(profileBody)) { name }: z.output<typeof profileBody>,
  ): Promise<Me> {
    const { userId } = personOf(request);
    await this.persons.rename(userId, name, actorOf(request));
    return findMe(this.persons, userId);
  }

  /** Sends the mail that asks whether the address is theirs once more. */
  @Post('me/verification')
  @HttpCode(202)
  @Allow('person')
  @Costly()
  async verify(@Req() request: AuthenticatedRequest): Promise<object> {
    const { userId, email, isEmailVerified } = personOf(request);
    if (isEmailVerified) throw problem(409, 'This address is confirmed already.');
    if (!(await this.verification.send({ id: userId, email })))
      throw problem(503, 'E-mails cannot be sent now.');
    return {};
  }

  @Get('me/sessions')
  @Allow('person')
  async sessions(
    @Req() request: AuthenticatedRequest,
  ): Promise<{ items: (SessionRow & { isCurrent: boolean })[] }> {
    const { userId, sessionId } = personOf(request);
    const sessions = await this.persons.sessions(userId);
    return { items: sessions.map((session) => ({ ...session, isCurrent: session.id === sessionId })) };
  }

  @Delete('me/sessions/:sessionId')
  @HttpCode(204)
  @Allow('person')
  async endSession(
    @Req() request: AuthenticatedRequest,
    @Param('sessionId', UuidParamPipe) sessionId: string,
  ): Promise<void> {
    if (!(await this.persons.endSession(personOf(request).userId, sessionId))) throw notFound();
  }

  /** A further tenant, for those who own one. */
  @Post('tenants')
  @Allow('person')
  async addTenant(
    @Req() request: AuthenticatedRequest,
    @Body(new ZodBodyPipe(namedBody)) { name }: z.output<typeof namedBody>,
  ): Promise<{ id: string; name: string; role: 'owner' }> {
    const { userId } = personOf(request);
    const tenants = await this.persons.tenants(userId);
    if (tenants.every(({ role }) => role !== 'owner')) throw forbidden();
    const tenant = { id: uuidV7(), name };
    await this.persons.addTenant(tenant, userId, actorOf(request));
    return { ...tenant, role: 'owner' };
  }
}
