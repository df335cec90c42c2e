import { connect } from 'node:net';

const TIMEOUT_MS = 2_000;
const CLIENT_ID = Buffer.from('stack');

/**
 * How many brokers are registered with the controller, asked of the broker on this port of 127.0.0.1; 0 when it does
 * not answer. A broker listens well before it is registered. One request by hand keeps a client, with its retries and
 * its warnings, out of the start.
 */
export function countBrokers(port: number): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: TIMEOUT_MS });
    let answer: Buffer = Buffer.alloc(0);
    const end = (count: number) => {
      socket.destroy();
      resolve(count);
    };
    socket.once('connect', () => socket.write(metadataRequest()));
    socket.once('timeout', () => end(0));
    socket.once('error', () => end(0));
    socket.once('close', () => end(0));
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      // Size, correlation id, number of brokers.
      if (answer.length >= 12) end(answer.readInt32BE(8));
    });
  });
}

/** A metadata request, version 1, for no topics. */
function metadataRequest(): Buffer {
  const body = Buffer.alloc(14 + CLIENT_ID.length);
  body.writeInt16BE(3, 0);
  body.writeInt16BE(1, 2);
  body.writeInt32BE(1, 4);
  body.writeInt16BE(CLIENT_ID.length, 8);
  CLIENT_ID.copy(body, 10);
  body.writeInt32BE(0, 10 + CLIENT_ID.length);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}
