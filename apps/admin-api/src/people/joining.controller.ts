import { createHash } from 'node:crypto';
import { HubError } from '#errors';
import { hashPassword, Identity } from '#identity';
import { Allow, invalid, notFound, problem, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import { browserOf, type CookieReply } from './browser-of.ts';
import { JoiningStore, type NewPerson, type OpenInvitation } from './joining.store.ts';
import { findMe, type Me } from './me.ts';
import { acceptBody, setupBody, tokenBody } from './people.request.ts';
import { PersonStore } from './person.store.ts';
import { requireGoodPassword } from './require-good-password.ts';
import { SetupLink } from './setup-link.ts';

/** An invitation as whoever has its link sees it. */
interface ShownInvitation extends Pick<
  OpenInvitation,
  'tenantName' | 'email' | 'role' | 'invitedBy' | 'expiresAt'
> {
  /** Whether they are to sign in rather than to choose a password. */
  hasAccount: boolean;
}

/** How people come in: the first by the link of an empty hub, all others by invitation. */
@Controller('/v1/auth')
export class JoiningController {
  constructor(
    private readonly identity: Identity,
    private readonly persons: PersonStore,
    private readonly joining: JoiningStore,
    private readonly setupLink: SetupLink,
  ) {}

  @Post('setup')
  @Allow('public')
  async setup(
    @Body(new ZodBodyPipe(setupBody)) body: z.output<typeof setupBody>,
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<Me> {
    const { token, tenantName, password, ...who } = body;
    if (!(await this.setupLink.isValid(token)))
      throw invalid([{ field: 'token', rule: 'must be that of the newest link that the hub printed' }]);
    requireGoodPassword(password, [who.email, who.name, tenantName]);
    const person = await this.#newPerson(who, password);
    const tenant = { id: uuidV7(), name: tenantName };
    if (!(await this.joining.addFirst(person, tenant, actorOf(person, request))))
      throw problem(409, 'Somebody has been here before: ask an owner for an invitation.');
    await this.setupLink.use(token, person);
    return this.#signIn(person.email, password, { request, reply });
  }

  @Post('invitation')
  @HttpCode(200)
  @Allow('public')
  async show(
    @Body(new ZodBodyPipe(tokenBody)) { token }: z.output<typeof tokenBody>,
  ): Promise<ShownInvitation> {
    const { tenantName, email, role, invitedBy, expiresAt, userId } = await this.#find(token);
    return { tenantName, email, role, invitedBy, expiresAt, hasAccount: userId !== null };
  }

  /** Whoever has an account must be signed in with it; somebody new chooses name and password. */
  @Post('accept-invitation')
  @HttpCode(200)
  @Allow('public')
  async accept(
    @Body(new ZodBodyPipe(acceptBody)) body: z.output<typeof acceptBody>,
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<Me> {
    const invitation = await this.#find(body.token);
    const { email, userId } = invitation;
    if (userId !== null) {
      const session = await this.identity.session(browserOf(request));
      if (session?.userId !== userId) throw problem(409, `Sign in as ${email} to accept this invitation.`);
      await this.#join(invitation, { id: userId }, request);
      return findMe(this.persons, userId);
    }
    const { name, password } = requireNewcomer(body);
    requireGoodPassword(password, [email, name]);
    await this.#join(invitation, await this.#newPerson({ name, email }, password), request);
    return this.#signIn(email, password, { request, reply });
  }

  async #find(token: string): Promise<OpenInvitation> {
    const invitation = await this.joining.findInvitation(createHash('sha256').update(token).digest());
    if (invitation === undefined) throw notFound();
    return invitation;
  }

  async #join(
    invitation: OpenInvitation,
    person: NewPerson | { id: string },
    request: AuthenticatedRequest,
  ): Promise<void> {
    const actor = actorOf({ id: person.id, email: invitation.email }, request);
    const isAccepted = await this.joining.accept(invitation, person, actor).catch((error: unknown) => {
      // They came in another way at the same time, such as by a second invitation.
      if (error instanceof HubError && error.context['constraint'] === 'users_email_key')
        throw problem(409, `Sign in as ${invitation.email} to accept this invitation.`);
      throw error;
    });
    if (!isAccepted) throw notFound();
  }

  async #newPerson({ name, email }: { name: string; email: string }, password: string): Promise<NewPerson> {
    return { id: uuidV7(), name, email, passwordHash: await hashPassword(password) };
  }

  async #signIn(
    email: string,
    password: string,
    { request, reply }: { request: AuthenticatedRequest; reply: CookieReply },
  ): Promise<Me> {
    const signedIn = await this.identity.signIn(email, password, browserOf(request));
    if (signedIn === undefined) throw problem(409, 'Sign in with the password that was just chosen.');
    reply.header('set-cookie', signedIn.cookies);
    return findMe(this.persons, signedIn.userId);
  }
}

function requireNewcomer({ name, password }: z.output<typeof acceptBody>): {
  name: string;
  password: string;
} {
  if (name !== undefined && password !== undefined) return { name, password };
  const missing = { name, password };
  const fields = Object.entries(missing).flatMap(([field, value]) => (value === undefined ? [field] : []));
  throw invalid(fields.map((field) => ({ field, rule: 'is required of somebody who is new here' })));
}

function actorOf({ id, email }: { id: string; email: string }, request: AuthenticatedRequest) {
  const { ipAddress, userAgent } = browserOf(request);
  return { kind: 'person', id, name: email, ipAddress, userAgent } as const;
}
