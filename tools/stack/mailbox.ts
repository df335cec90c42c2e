import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** A mailbox on this machine. */
export interface Mailbox {
  /** Where mails are sent to, as SMTP_URL. */
  url: string;
  close(): Promise<void>;
}

/** Takes every mail that the hub sends, keeps it in `folder` and says so with the links that it holds. */
export async function startMailbox(folder: string, log: (line: string) => void): Promise<Mailbox> {
  mkdirSync(folder, { recursive: true });
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, { envelope }, done) {
      buffer(stream).then((bytes) => {
        const file = join(folder, `${Date.now()}-${++count}.eml`);
        // A mail may hold the link for a new password.
        writeFileSync(file, bytes, { mode: 0o600 });
        const to = envelope.rcptTo.map(({ address }) => address).join(', ');
        for (const line of describeMail(to, bytes.toString('utf8'), file)) log(line);
        done();
      }, done);
    },
  });
  // A client that hangs up in the middle is the hub being stopped.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Lines that tell of a mail: whom it went to, what it is about, where to click. */
export function describeMail(to: string, text: string, file: string): string[] {
  const subject = /^subject: (.*)$/im.exec(text)?.[1]?.trim() ?? '';
  const isEncoded = /^content-transfer-encoding: quoted-printable/im.test(text);
  const plain = isEncoded
    ? text
        .replaceAll(/=\r?\n/g, '')
        .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : text;
  const links = [...plain.matchAll(/https?:\/\/\S+#token=[\w-]+/g)].map(([link]) => `  ${link}`);
  return [`mail to ${to}: ${subject} (${file})`, ...new Set(links)];
}
