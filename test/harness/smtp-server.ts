import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A message that the server took. */
export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and body as they came, soft line breaks undone. */
  text: string;
}

/** In place of taking a message: an answer with this code, or none. */
export type SmtpTrouble = number | 'silent';

/** A real SMTP server on loopback that keeps what it is sent. */
export interface TestSmtpServer {
  url: string;
  port: number;
  mails: ReceivedMail[];
  /** While set, recipients are refused with this code. */
  refuseWith: number | undefined;
  /** What a recipient, or every sender as `from`, meets from now on, or so many times; undefined ends it. */
  on(address: string, trouble: SmtpTrouble | undefined, times?: number): void;
  /** Messages that were to go to a recipient, refused ones too. */
  tries(recipient: string): number;
  close(): Promise<void>;
}

/** How it differs from one that takes a message at once, on a free port. */
export interface SmtpServerOptions {
  port?: number;
  /** That whoever sends must know; anybody may without. */
  password?: string;
  /** How long it takes a message in. */
  delayMs?: number;
}

/** Starts it; taking up the port of one that was closed is how a server comes back. */
export async function startSmtpServer({
  port: asked = 0,
  password,
  delayMs = 0,
}: SmtpServerOptions = {}): Promise<TestSmtpServer> {
  const mails: ReceivedMail[] = [];
  const troubles = new Map<string, { trouble: SmtpTrouble; left: number }>();
  const meet = (address: string) => {
    const met = troubles.get(address);
    if (met === undefined || met.left === 0) return undefined;
    met.left -= 1;
    return met.trouble;
  };
  const tries = new Map<string, number>();
  const server = new SMTPServer({
    authOptional: password === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    onAuth({ username = '', password: given }, _session, done) {
      if (given === password) done(null, { user: username });
      else done(new Error('wrong password'));
    },
    onMailFrom: (_address, _session, done) => answer(meet('from'), done),
    onRcptTo({ address }, _session, done) {
      tries.set(address, (tries.get(address) ?? 0) + 1);
      answer(meet(address) ?? test.refuseWith, done);
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
        setTimeout(done, delayMs);
      });
    },
  });
  // A client that hangs up in the middle is no fault of the test.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(asked, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const test: TestSmtpServer = {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    refuseWith: undefined,
    on: (address, trouble, times = Infinity) =>
      void (trouble === undefined
        ? troubles.delete(address)
        : troubles.set(address, { trouble, left: times })),
    tries: (recipient) => tries.get(recipient) ?? 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return test;
}

function answer(trouble: SmtpTrouble | undefined, done: (error?: Error | null) => void): void {
  if (trouble === undefined) done();
  else if (trouble !== 'silent') done(Object.assign(new Error('no thanks'), { responseCode: trouble }));
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
