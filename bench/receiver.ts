/** The destination of all scenarios: a process that takes requests as cheaply as it can and keeps the books. */
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { serve } from './child/serve.ts';
import { nowUs } from './measure/clock.ts';
import { Books, type Expectation, type Receipts } from './receiver-books.ts';

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const LENGTH_LOWER = Buffer.from('\r\ncontent-length: ');

const books = new Books();
let answer = answerOf(200);

const server = process.argv[2] === 'http' ? httpServer() : rawServer();

/** Cheaper than HTTP is to a usual receiver, so that the machine is left to what is measured. */
function rawServer(): Server {
  return createServer({ noDelay: true }, (socket) => {
    let rest: Buffer | undefined;
    socket.on('data', (chunk: Buffer) => {
      rest = takeRequests(rest === undefined ? chunk : Buffer.concat([rest, chunk]), socket);
    });
    // A sender that is killed resets its connections.
    socket.on('error', () => {});
  });
}

/** A usual receiver. */
function httpServer(): Server {
  return createHttpServer((request, response) => {
    let body: Buffer | undefined;
    request.on('data', (chunk: Buffer) => {
      body = body === undefined ? chunk : Buffer.concat([body, chunk]);
    });
    request.on('end', () => {
      response.writeHead(answer.isGood ? 200 : 503, { 'content-length': 2 }).end('ok');
      if (!answer.isGood || body === undefined) return;
      const headers = () => request.headers as Record<string, string | undefined>;
      const webhook = Number(request.url?.slice(1));
      books.enter({ webhook, bytes: body, bodyStart: 0, bodyEnd: body.length, atUs: nowUs(), headers });
    });
  });
}

/** Answers every complete request; gives back what is left of the last. */
function takeRequests(bytes: Buffer, socket: Socket): Buffer | undefined {
  let from = 0;
  while (from < bytes.length) {
    const headEnd = bytes.indexOf(HEAD_END, from);
    if (headEnd < 0) break;
    const bodyStart = headEnd + HEAD_END.length;
    const end = bodyStart + lengthOf(bytes, from, headEnd);
    if (end > bytes.length) break;
    const isTaken = answer.isGood;
    socket.write(answer.bytes);
    if (isTaken) {
      const [headFrom, atUs] = [from, nowUs()];
      const headers = () => headersOf(bytes.toString('latin1', headFrom, headEnd));
      const webhook = digitAt(bytes, from + 'POST /'.length);
      books.enter({ webhook, bytes, bodyStart, bodyEnd: end, atUs, headers });
    }
    from = end;
  }
  return from === bytes.length ? undefined : bytes.subarray(from);
}

function headersOf(head: string): Record<string, string> {
  const lines = head.split('\r\n').slice(1);
  return Object.fromEntries(
    lines.map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );
}

const digitAt = (bytes: Buffer, index: number) => (bytes[index] ?? 0) - 48;

function lengthOf(bytes: Buffer, from: number, headEnd: number): number {
  const at = bytes.indexOf(LENGTH_LOWER, from);
  if (at < 0 || at > headEnd) return Number(LENGTH.exec(bytes.toString('latin1', from, headEnd))?.[1] ?? 0);
  let length = 0;
  for (let index = at + LENGTH_LOWER.length; ; index++) {
    const digit = digitAt(bytes, index);
    if (digit < 0 || digit > 9) return length;
    length = length * 10 + digit;
  }
}

function answerOf(status: number): { bytes: Buffer; isGood: boolean } {
  const text = `HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Unavailable'}\r\ncontent-length: 2\r\n\r\nok`;
  return { bytes: Buffer.from(text), isGood: status < 300 };
}

server.listen(0, '127.0.0.1', () => {
  serve<{ port: null; expect: Expectation; done: Wait; report: Wanted; answer: { status: number } }>({
    port: () => (server.address() as AddressInfo).port,
    expect: (expectation) => books.expect(expectation),
    done: ({ run, timeoutMs }) => books.done(run, timeoutMs),
    report: ({ run, published }): Receipts => books.report(run, published),
    answer: ({ status }) => {
      answer = answerOf(status);
    },
  });
});

interface Wait {
  run: number;
  timeoutMs: number;
}

interface Wanted {
  run: number;
  published: number;
}
