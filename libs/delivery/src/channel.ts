import type { Delivery, Destination } from '#events';
import type { Outcome } from './outcome.ts';

/** What one request and its response looked like, as the attempt's row shows it. */
export interface Exchange {
  startedAtMs: number;
  durationMs: number;
  url: string;
  errorClass: string | null;
  status: number | null;
  requestHeaders: Record<string, string>;
  responseHeaders: Record<string, string>;
  responseBody: Buffer;
  isResponseTruncated: boolean;
}

/** One attempt: how it ended, and what was seen. */
export interface Sent {
  outcome: Outcome;
  exchange: Exchange;
  /**
   * A first request that went out on a kept-alive connection just as the receiver closed it; `exchange` is the second.
   * It has a row of its own, since the receiver may have seen it, but counts for nothing.
   */
  dropped: Exchange | null;
}

/** Sends a delivery to a destination of its kind. Never throws for what a receiver does. */
export type Send = (delivery: Delivery, destination: Destination, signal: AbortSignal) => Promise<Sent>;
