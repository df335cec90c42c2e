import { Identity } from '#identity';
import { Allow, notFound, type AuthenticatedRequest } from '#service';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { browserOf, type CookieReply } from './browser-of.ts';
import { JoiningStore } from './joining.store.ts';
import { SignInOptions } from './sign-in-options.ts';

/** What the sign-in page offers. */
interface Options {
  isEmpty: boolean;
  hasMail: boolean;
  singleSignOn: { name: string } | null;
}

/** Signing in at an identity provider (OpenID Connect), where one is set up. */
@Controller('/v1/auth')
export class SingleSignOnController {
  constructor(
    private readonly identity: Identity,
    private readonly joining: JoiningStore,
    private readonly options: SignInOptions,
  ) {}

  @Get()
  @Allow('public')
  async show(): Promise<Options> {
    const { hasMail, singleSignOnName } = this.options;
    const singleSignOn = this.identity.hasSingleSignOn ? { name: singleSignOnName } : null;
    return { isEmpty: await this.joining.isEmpty(), hasMail, singleSignOn };
  }

  @Get('single-sign-on')
  @Allow('public')
  async start(
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<void> {
    const started = this.identity.hasSingleSignOn
      ? await this.identity.startSingleSignOn(browserOf(request))
      : undefined;
    if (started === undefined) throw notFound();
    reply.code(302).header('location', started.url).header('set-cookie', started.cookies);
  }

  /** Where the identity provider sends people back to. */
  @Get('callback/single-sign-on')
  @Allow('public')
  async finish(
    @Req() request: AuthenticatedRequest & { url: string },
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<void> {
    if (!this.identity.hasSingleSignOn) throw notFound();
    const query = request.url.split('?')[1] ?? '';
    const { url, cookies } = await this.identity.finishSingleSignOn(query, browserOf(request));
    reply.code(302).header('location', url).header('set-cookie', cookies);
  }
}
