import { Identity } from '#identity';
import { Allow, Costly, invalid, personOf, problem, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { z } from 'zod';
import { browserOf, type CookieReply } from './browser-of.ts';
import { EmailChange } from './email-change.ts';
import { changeEmailBody, changePasswordBody, forgotBody, resetBody, tokenBody } from './people.request.ts';
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
    private readonly emailChange: EmailChange,
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
  async verify(
    @Body(new ZodBodyPipe(tokenBody)) { token }: z.output<typeof tokenBody>,
    @Req() request: AuthenticatedRequest,
  ): Promise<void> {
    const used = await this.verification.use(token);
    const isConfirmed =
      used === undefined
        ? await this.emailChange.confirm(token, browserOf(request))
        : await this.persons.verifyEmail(used.id, used.email);
    if (!isConfirmed) throw invalid(BAD_TOKEN);
  }

  /** Has a link sent to the new address, by which it becomes the person's. The password shows that it is they who ask. */
  @Post('me/email')
  @HttpCode(202)
  @Allow('person')
  @Costly()
  async changeEmail(
    @Body(new ZodBodyPipe(changeEmailBody)) { email, password }: z.output<typeof changeEmailBody>,
    @Req() request: AuthenticatedRequest,
  ): Promise<object> {
    const person = personOf(request);
    if (email === person.email) throw problem(409, 'This is your address already.');
    if (!(await this.identity.isPassword(password, browserOf(request))))
      throw invalid([{ field: 'password', rule: 'is wrong' }]);
    if (!(await this.emailChange.ask(person, email))) throw problem(503, 'E-mails cannot be sent now.');
    return {};
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
    await this.persons.forgetLinks(userId);
    reply.header('set-cookie', changed.cookies);
  }
}
