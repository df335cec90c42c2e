import { Identity } from '#identity';
import { Allow, Costly, invalid, personOf, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { z } from 'zod';
import { browserOf, type CookieReply } from './browser-of.ts';
import { changePasswordBody, forgotBody, resetBody, tokenBody } from './people.request.ts';
import { PersonStore } from './person.store.ts';
import { requireGoodPassword } from './require-good-password.ts';
import { VerificationMail } from './verification-mail.ts';

const BAD_TOKEN = [{ field: 'token', rule: 'must be that of a link that is neither used nor expired' }];

/** New passwords, and the proof that an address is one's own. */
@Controller('/v1')
export class PasswordController {
  constructor(
    private readonly identity: Identity,
    private readonly persons: PersonStore,
    private readonly verification: VerificationMail,
  ) {}

  /** Says the same whether or not there is such a person. */
  @Post('auth/forgot-password')
  @HttpCode(202)
  @Allow('public')
  forgot(@Body(new ZodBodyPipe(forgotBody)) { email }: z.output<typeof forgotBody>): object {
    this.identity.requestReset(email);
    return {};
  }

  @Post('auth/reset-password')
  @HttpCode(204)
  @Allow('public')
  async reset(@Body(new ZodBodyPipe(resetBody)) body: z.output<typeof resetBody>): Promise<void> {
    requireGoodPassword(body.password, []);
    if (!(await this.identity.resetPassword(body.token, body.password))) throw invalid(BAD_TOKEN);
  }

  @Post('auth/verify-email')
  @HttpCode(204)
  @Allow('public')
  async verify(@Body(new ZodBodyPipe(tokenBody)) { token }: z.output<typeof tokenBody>): Promise<void> {
    const used = await this.verification.use(token);
    if (used === undefined || !(await this.persons.verifyEmail(used.id, used.email)))
      throw invalid(BAD_TOKEN);
  }

  /** Ends every other session of the person and every mailed link for a new password, and renews this session. */
  @Post('me/password')
  @HttpCode(204)
  @Allow('person')
  @Costly()
  async change(
    @Body(new ZodBodyPipe(changePasswordBody)) body: z.output<typeof changePasswordBody>,
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<void> {
    const { userId, email, name } = personOf(request);
    requireGoodPassword(body.newPassword, [email, name], 'newPassword');
    const changed = await this.identity.changePassword(
      body.currentPassword,
      body.newPassword,
      browserOf(request),
    );
    if (changed === undefined) throw invalid([{ field: 'currentPassword', rule: 'is wrong' }]);
    await this.persons.forgetResets(userId);
    reply.header('set-cookie', changed.cookies);
  }
}
