import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A message that the server took. */
export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and body as they came, soft line breaks undone. */
  text: string;
}

/** A real SMTP server on loopback that keeps what it is sent. */
export interface TestSmtpServer {
  url: string;
  mails: ReceivedMail[];
  /** While set, recipients are refused with this code. */
  refuseWith: number | undefined;
  close(): Promise<void>;
}

/** @param password that whoever sends must know; anybody may without */
export async function startSmtpServer(password?: string): Promise<TestSmtpServer> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: password === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth({ username = '', password: given }, _session, done) {
      if (given === password) done(null, { user: username });
      else done(new Error('wrong password'));
    },
    onRcptTo(_address, _session, done) {
      const { refuseWith } = test;
      if (refuseWith === undefined) done();
      else done(Object.assign(new Error('no thanks'), { responseCode: refuseWith }));
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          text: decodeQuotedPrintable(Buffer.concat(chunks).toString('utf8')),
        });
        done();
      });
    },
  });
  // A client that hangs up in the middle is no fault of the test.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const test: TestSmtpServer = {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuseWith: undefined,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return test;
}

/** Headers stay as they are: an `=` in a URL there means itself. */
function decodeQuotedPrintable(text: string): string {
  // Where it is not encoded, `=` stands for itself.
  if (!/^content-transfer-encoding: quoted-printable/im.test(text)) return text;
  const [headers = '', ...parts] = text.split(/(?<=\r?\n)\r?\n/);
  const unfolded = parts.join('\n').replaceAll(/=\r?\n/g, '');
  return `${headers}\n${decodeOctets(unfolded)}`;
}

function decodeOctets(text: string): string {
  return text.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
