import type { Dispatcher } from 'undici';
import { exchangeFailure, isReset, type Failure } from './classify-error.ts';
import type { Borrower, Connection, Connections } from './connections.ts';
import type { EgressResult, Timing } from './egress-result.ts';

/** One request to make. */
export interface Outgoing {
  origin: string;
  path: string;
  headers: Record<string, string>;
  body: Uint8Array;
  timeoutMs: number;
}

const EMPTY = Buffer.alloc(0);
/** A body's rest up to this is read and thrown away, because that costs less than a new connection. */
const MAX_LEFTOVER_BYTES = 64 * 1024;
const MAX_LEFTOVER_MS = 1_000;
/** Interim responses (103 Early Hints …) that are waited through; more is a flood. */
const MAX_INTERIM = 32;
/** A kept-alive socket that was already closed fails within a round trip; later, the peer was at work on the request. */
const MAX_STALE_MS = 2_000;
const STOP = new Error('no longer needed');

const TIMEOUT: Failure = { reason: 'timeout', detail: 'no response within the timeout', isOurs: false };
const QUEUED: Failure = {
  reason: 'timeout',
  detail: 'no free connection to this host within the timeout',
  isOurs: true,
};
const INTERRUPTED: Failure = { reason: 'interrupted', detail: 'stopped before a response', isOurs: true };
const FLOOD: Failure = { reason: 'protocol', detail: 'too many interim responses', isOurs: false };

/**
 * One attempt: an undici handler, since `dispatch` with a handler is the cheapest way in and the only one that shows when
 * the request was written. It settles exactly once; it may go on reading a small leftover afterwards, and gives its
 * connection back exactly once. It never throws: undici would emit that as an unheard `error`.
 */
export class Exchange implements Dispatcher.DispatchHandler, Borrower {
  readonly #outgoing: Outgoing;
  readonly #connections: Connections;
  readonly #settle: (result: EgressResult) => void;
  readonly #maxBodyBytes: number;
  readonly #startedAt = performance.now();
  readonly #timing: Timing = { sentMs: null, respondedMs: null };
  #timer: NodeJS.Timeout;

  #connection: Connection | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  /** When a connection was lent; late, or never, means that the wait here took the time and not the peer. */
  #lentMs: number | null = null;
  #isDone = false;
  #isSettled = false;
  #isReused = false;
  #isResent = false;
  #hasByte = false;
  #interim = 0;

  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #bodyBytes = 0;

  constructor(outgoing: Outgoing, context: ExchangeContext) {
    this.#outgoing = outgoing;
    this.#connections = context.connections;
    this.#maxBodyBytes = context.maxBodyBytes;
    this.#settle = context.settle;
    this.#timer = setTimeout(onDeadline, outgoing.timeoutMs, this);
  }

  /** Begins. Call once. */
  start(): void {
    this.#connections.borrow(this.#outgoing.origin, this);
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    this.#lentMs ??= this.#elapsedMs();
    const { path, headers, body } = this.#outgoing;
    connection.client.dispatch({ path, method: 'POST', headers, body }, this);
  }

  /** Stops because the caller wants to. */
  interrupt(): void {
    this.#stop(INTERRUPTED);
  }

  /** Stops because the time is over. */
  expire(): void {
    const lentMs = this.#lentMs ?? this.#outgoing.timeoutMs;
    this.#stop(lentMs > this.#outgoing.timeoutMs / 2 ? QUEUED : TIMEOUT);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isDone) return controller.abort(STOP);
    this.#controller = controller;
    this.#isReused = (this.#connection?.served ?? 0) > 0;
    this.#timing.sentMs = this.#elapsedMs();
  }

  onResponseStarted(): void {
    this.#hasByte = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: object): void {
    if (status < 200) {
      if (++this.#interim > MAX_INTERIM) this.#stop(FLOOD);
      return;
    }
    this.#status = status;
    this.#headers = flatten(headers);
    this.#timing.respondedMs = this.#elapsedMs();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#maxBodyBytes - this.#bodyBytes;
    this.#bodyBytes += chunk.length;
    // Copied: a slice would keep the socket's whole 64 KiB buffer alive for as long as the outcome is.
    if (room > 0) this.#chunks.push(Buffer.from(room < chunk.length ? chunk.subarray(0, room) : chunk));
    if (this.#bodyBytes <= this.#maxBodyBytes) return;
    if (!this.#isLeftoverSmall()) {
      this.#respond(false);
      this.#finish(false);
    } else if (!this.#isSettled) {
      this.#respond(false);
      // Nobody waits for the leftover any more: if it does not come at once, the connection is not worth it.
      clearTimeout(this.#timer);
      this.#timer = setTimeout(onDeadline, MAX_LEFTOVER_MS, this);
    }
  }

  onResponseEnd(): void {
    this.#respond(true);
    if (this.#connection) this.#connection.served++;
    this.#finish(true);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#isDone) return;
    // The status line decides: a body that is cut or stalls doesn't turn a response into a failure.
    if (this.#status !== 0) {
      this.#respond(false);
      return this.#finish(false);
    }
    if (this.#isStale(error)) return this.#resend();
    this.#fail(exchangeFailure(error));
    this.#finish(false);
  }

  /**
   * The peer had closed the kept-alive connection while the request was on its way: nothing is known of a fault of its.
   * Sent again at once on a fresh connection, within the same deadline. It can't be told apart from a peer that read the
   * request and died before its first byte; that peer then sees the request twice, under one event id, which
   * at-least-once delivery allows.
   */
  #isStale(error: Error): boolean {
    if (!this.#isReused || this.#hasByte || this.#isResent || !isReset(error)) return false;
    return this.#elapsedMs() - (this.#timing.sentMs ?? 0) < MAX_STALE_MS;
  }

  #resend(): void {
    const broken = this.#connection;
    if (!broken) return;
    this.#isResent = true;
    this.#controller = null;
    this.#connections.replace(broken, this);
  }

  #isLeftoverSmall(): boolean {
    const declared = Number(this.#headers['content-length'] ?? 0);
    return Math.max(declared, this.#bodyBytes) - this.#maxBodyBytes <= MAX_LEFTOVER_BYTES;
  }

  #stop(failure: Failure): void {
    if (this.#isDone) return;
    if (this.#status === 0) this.#fail(failure);
    else this.#respond(false);
    this.#finish(false);
  }

  #respond(isComplete: boolean): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#settle({
      kind: 'response',
      status: this.#status,
      headers: this.#headers,
      body: joined(this.#chunks),
      isTruncated: this.#bodyBytes > this.#maxBodyBytes,
      isComplete,
      ...this.#ended(),
    });
  }

  #fail(failure: Failure): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const wasSent = this.#timing.sentMs !== null;
    this.#settle({ kind: 'failure', ...failure, wasSent, ...this.#ended() });
  }

  #ended() {
    return { durationMs: Math.round(this.#elapsedMs()), timing: this.#timing, isResent: this.#isResent };
  }

  /** Lets go of everything. */
  #finish(isReusable: boolean): void {
    if (this.#isDone) return;
    this.#isDone = true;
    clearTimeout(this.#timer);
    const connection = this.#connection;
    if (!isReusable) this.#controller?.abort(STOP);
    if (connection) this.#connections.giveBack(connection, isReusable);
    else this.#connections.forget(this.#outgoing.origin, this);
    this.#connection = null;
    this.#controller = null;
    this.#chunks = [];
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }
}

/** What an exchange is given beside its request. */
export interface ExchangeContext {
  connections: Connections;
  maxBodyBytes: number;
  settle: (result: EgressResult) => void;
}

function onDeadline(exchange: Exchange): void {
  exchange.expire();
}

function joined(chunks: Buffer[]): Buffer {
  const [first] = chunks;
  if (!first) return EMPTY;
  return chunks.length === 1 ? first : Buffer.concat(chunks);
}

function flatten(headers: object): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name !== '__proto__') flat[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return flat;
}
