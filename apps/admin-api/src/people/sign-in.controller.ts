import { Identity } from '#identity';
import { Allow, problem, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { z } from 'zod';
import { browserOf, type CookieReply } from './browser-of.ts';
import { findMe, type Me } from './me.ts';
import { signInBody } from './people.request.ts';
import { PersonStore } from './person.store.ts';

/** Sessions begin and end here. */
@Controller('/v1/auth')
export class SignInController {
  constructor(
    private readonly identity: Identity,
    private readonly persons: PersonStore,
  ) {}

  @Post('sign-in')
  @HttpCode(200)
  @Allow('public')
  async signIn(
    @Body(new ZodBodyPipe(signInBody)) { email, password }: z.output<typeof signInBody>,
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<Me> {
    const signedIn = await this.identity.signIn(email, password, browserOf(request));
    if (signedIn === undefined) throw problem(401, 'E-mail or password is wrong.');
    reply.header('set-cookie', signedIn.cookies);
    return findMe(this.persons, signedIn.userId);
  }

  @Post('sign-out')
  @HttpCode(204)
  @Allow('public')
  async signOut(
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<void> {
    const { cookies } = await this.identity.signOut(browserOf(request));
    reply.header('set-cookie', cookies);
  }
}
