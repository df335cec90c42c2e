import type { Socket } from 'node:net';
import { toProblem } from './problem.ts';

const STATUSES: Readonly<Record<string, [status: number, phrase: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The headers of the request are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request was not received in time.'],
};

/** Answers, as a problem, what never became a request: no valid HTTP, headers too large, a body that does not come. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const known = STATUSES[error.code ?? ''];
  const [status, phrase, detail] = known ?? [400, 'Bad Request', 'The request is not valid HTTP.'];
  const body = JSON.stringify(toProblem(status, detail));
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
