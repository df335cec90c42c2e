import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { refuseConnection } from './refuse-connection.ts';

/** What is written to a socket for an error of its HTTP parser. */
function refuse(code: string, writable = true) {
  const seen = { written: '', isDestroyed: false };
  const socket = {
    writable,
    end: (text: string) => void (seen.written += text),
    destroy: () => void (seen.isDestroyed = true),
  } as unknown as Socket;
  refuseConnection(Object.assign(new Error('at 10.0.0.7'), { code }), socket);
  return seen;
}

describe('a connection that brings no request', () => {
  it.each([
    ['HPE_HEADER_OVERFLOW', 431, 'headers-too-large'],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'timeout'],
    ['HPE_INVALID_METHOD', 400, 'invalid-request'],
    ['', 400, 'invalid-request'],
  ])('because of %s is answered with %i', (code, status, type) => {
    const { written, isDestroyed } = refuse(code);
    const [head = '', body = ''] = written.split('\r\n\r\n');
    expect(head.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(head).toContain('content-type: application/problem+json');
    expect(head).toContain('connection: close');
    expect(head).toContain(`content-length: ${Buffer.byteLength(body)}`);
    expect(JSON.parse(body)).toMatchObject({ status, type: `urn:ttoolab:problem:${type}` });
    expect(written).not.toContain('10.0.0.7');
    expect(isDestroyed).toBe(false);
  });

  it.each([
    ['ECONNRESET', true],
    ['HPE_INVALID_METHOD', false],
  ])('and nobody listens on (%s, writable: %s) is just closed', (code, writable) => {
    expect(refuse(code, writable)).toEqual({ written: '', isDestroyed: true });
  });
});
