import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#log';
import { startSmtpServer, type TestSmtpServer } from '../../../test/harness/smtp-server.ts';
import { createMailer, type Mailer } from './create-mailer.ts';

const log = createLog('test', { level: 'silent' });
const MAIL = { to: 'mira@example.com', subject: 'Hello', text: 'A text.\n' };
let smtp: TestSmtpServer;
let mailer: Mailer;
beforeEach(async () => {
  smtp = await startSmtpServer();
  mailer = createMailer({ SMTP_URL: smtp.url, MAIL_FROM: 'Hub <hub@example.com>' }, log);
});
afterEach(async () => {
  await mailer.close();
  await smtp.close();
});

describe('a mailer', () => {
  it('hands a message with its own headers and id to the server', async () => {
    const messageId = '<delivery-1@example.com>';
    const result = await mailer.send({
      ...MAIL,
      html: '<p>A text.</p>',
      headers: { 'X-Hub': '1' },
      messageId,
    });
    expect(result).toMatchObject({ kind: 'accepted', messageId });
    const [mail] = smtp.mails;
    expect(mail).toMatchObject({ from: 'hub@example.com', to: ['mira@example.com'] });
    for (const part of [
      'Subject: Hello',
      'X-Hub: 1',
      `Message-ID: ${messageId}`,
      'A text.',
      '<p>A text.</p>',
    ])
      expect(mail?.text).toContain(part);
  });

  it.each([
    [450, false],
    [550, true],
  ])('tells a refusal of %i with its answer', async (status, isPermanent) => {
    smtp.refuseWith = status;
    expect(await mailer.send(MAIL)).toMatchObject({ kind: 'rejected', status, isPermanent });
  });

  it.each([454, 530, 535])('is refused itself with %i, which says nothing of the message', async (status) => {
    smtp.on('from', status === 454 ? status : undefined);
    smtp.refuseWith = status === 454 ? undefined : status;
    expect(await mailer.send(MAIL)).toMatchObject({ kind: 'unreachable' });
  });

  it('lets no text add a header or a recipient', async () => {
    await mailer.send({ ...MAIL, subject: 'Hello\r\nBcc: eve@example.com' });
    expect(smtp.mails).toMatchObject([{ to: ['mira@example.com'] }]);
    expect(smtp.mails[0]?.text).not.toMatch(/^Bcc:/m);
  });

  it('refuses for good what is no address', async () => {
    expect(await mailer.send({ ...MAIL, to: 'nobody' })).toMatchObject({
      kind: 'rejected',
      isPermanent: true,
    });
  });

  it('tells that the server is away', async () => {
    await smtp.close();
    expect(await mailer.send(MAIL)).toMatchObject({ kind: 'unreachable' });
  });

  it('refuses everything when there is no server to send to', async () => {
    const none = createMailer({ SMTP_URL: undefined, MAIL_FROM: 'hub@example.com' }, log);
    expect(none.isConfigured).toBe(false);
    expect(await none.send(MAIL)).toEqual({ kind: 'unconfigured' });
  });
});
