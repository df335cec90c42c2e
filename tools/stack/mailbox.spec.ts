import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '#log';
import { createMailer } from '#mail';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from './mailbox.ts';

const lines: string[] = [];
let folder: string;
let mailbox: Mailbox;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mailbox-'));
  mailbox = await startMailbox(join(folder, 'mails'), (line) => lines.push(line));
});
afterEach(async () => {
  await mailbox.close();
  rmSync(folder, { recursive: true });
});

it('keeps what the hub sends and tells where to click', async () => {
  const log = createLog('test', { level: 'silent' });
  const mailer = createMailer({ SMTP_URL: mailbox.url, MAIL_FROM: 'hub@localhost' }, log);
  const link = `http://127.0.0.1:3000/invitation#token=${'A1'.repeat(20)}`;
  await mailer.send({ to: 'ben@example.com', subject: 'Come in', text: `Größe: hier hinein\n\n${link}\n` });
  await mailer.close();
  expect(lines).toEqual([expect.stringContaining('mail to ben@example.com: Come in ('), `  ${link}`]);
  const [file = ''] = readdirSync(join(folder, 'mails'));
  expect(readFileSync(join(folder, 'mails', file), 'utf8')).toContain('Come in');
});
