import type { Config } from '#config';
import type { Log } from '#log';
import { createTransport } from 'nodemailer';

/** A message with a plain text and, where it helps, the same as HTML. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html?: string;
  headers?: Record<string, string>;
  /** As `<…@…>`; made by the mailer when absent. */
  messageId?: string;
}

/**
 * What became of a message. `rejected` speaks of the message or its recipient, and `isPermanent` tells an answer of 5xx,
 * which a repetition does not change, from 4xx; a server that is away, or refuses this hub, is `unreachable`.
 */
export type MailResult =
  | { kind: 'accepted'; messageId: string; response: string }
  | { kind: 'rejected'; status: number; response: string; isPermanent: boolean }
  | { kind: 'unreachable'; reason: string }
  | { kind: 'unconfigured' };

/** The way out to SMTP. */
export interface Mailer {
  /** False when SMTP_URL is not set: every message is then refused. */
  readonly isConfigured: boolean;
  /** Hands a message to the SMTP server. What the server or the network does is a value, never thrown. */
  send(mail: Mail): Promise<MailResult>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 30_000;
const MAX_CONNECTIONS = 5;

/** A mailer with a pool of connections to SMTP_URL, opened when first used. */
export function createMailer({ SMTP_URL, MAIL_FROM }: Config<'mail'>['mail'], log: Log): Mailer {
  if (SMTP_URL === undefined) return refusing(log);
  const transport = createTransport(
    {
      url: SMTP_URL,
      pool: true,
      maxConnections: MAX_CONNECTIONS,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      // A message is what it is given: never a file or a page that its text happens to name.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from: MAIL_FROM },
  );
  // Unheard, a pooled connection that breaks while idle would end the process.
  transport.on('error', (error) => log.warn({ reason: error.message }, 'mail.connection_lost'));
  return {
    isConfigured: true,
    async send(mail) {
      try {
        const { messageId, response } = await transport.sendMail(mail);
        return { kind: 'accepted', messageId, response };
      } catch (error) {
        return toResult(error);
      }
    },
    close() {
      transport.close();
      return Promise.resolve();
    },
  };
}

function refusing(log: Log): Mailer {
  return {
    isConfigured: false,
    send({ subject }) {
      log.warn({ subject, reason: 'SMTP_URL is not set' }, 'mail.refused');
      return Promise.resolve({ kind: 'unconfigured' });
    },
    close: () => Promise.resolve(),
  };
}

/** What nodemailer tells of a failure. */
interface SmtpError {
  responseCode?: number;
  response?: string;
  message?: string;
  code?: string;
  command?: string;
}

// Answers to a login that is missing or wrong, whichever command they are given to.
const ABOUT_THE_LOGIN = new Set([530, 534, 535, 538]);

function toResult(error: unknown): MailResult {
  const { responseCode, response, message = String(error), code, command } = error as SmtpError;
  const isAboutMessage = (code === 'EENVELOPE' && command !== 'MAIL FROM') || code === 'EMESSAGE';
  if (!isAboutMessage || ABOUT_THE_LOGIN.has(responseCode ?? 0))
    return { kind: 'unreachable', reason: response ?? message };
  // What nodemailer itself refuses, such as no address, never reaches the server, and never will.
  const status = responseCode ?? 550;
  return { kind: 'rejected', status, response: response ?? message, isPermanent: status >= 500 };
}
