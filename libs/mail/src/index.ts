export { createMailer, type Mail, type Mailer, type MailResult } from './create-mailer.ts';
