/** Why a request has no response. */
export type FailureReason =
  'dns' | 'connect' | 'tls' | 'timeout' | 'blocked' | 'reset' | 'protocol' | 'interrupted';

/** Milliseconds since `post` was called; null for what was not reached. */
export interface Timing {
  /** When the request began to be written: after name lookup, connect, TLS, and any wait for a connection. */
  sentMs: number | null;
  /** When the status line and headers were there. */
  respondedMs: number | null;
}

interface Ended {
  durationMs: number;
  timing: Timing;
  /** The request went out twice, because the peer had just closed the kept-alive connection of the first time. */
  isResent: boolean;
}

/** The peer gave a status. `body` is raw (never decompressed), at most MAX_RESPONSE_BYTES long. */
export interface EgressResponse extends Ended {
  kind: 'response';
  status: number;
  /** Names in lower case; several values of one name joined by a comma. */
  headers: Record<string, string>;
  body: Buffer;
  /** The body was longer than what is kept. */
  isTruncated: boolean;
  /** The body was read to its end; false also when it stalled or was cut. */
  isComplete: boolean;
}

/** There was no status. `detail` is fit for a customer: it names no address and nothing else of the inside. */
export interface EgressFailure extends Ended {
  kind: 'failure';
  reason: FailureReason;
  detail: string;
  /** Something of the request was written, so the peer may have acted on it. */
  wasSent: boolean;
  /** The cause is on our side (no name server, no route, no file descriptors): not to be held against the destination. */
  isOurs: boolean;
}

/** What became of a request. */
export type EgressResult = EgressResponse | EgressFailure;
