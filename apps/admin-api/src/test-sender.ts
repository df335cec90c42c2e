import type { Send, Sent } from '#delivery';
import type { Delivery, Destination, DestinationKind } from '#events';

/** How each kind of destination is sent to. */
export type Sends = Readonly<Record<DestinationKind, Send>>;

/** Sends as the worker does; what is under way when the process stops is interrupted. */
export class TestSender {
  readonly #sends: Sends;
  readonly #stopping = new AbortController();

  constructor(sends: Sends) {
    this.#sends = sends;
  }

  send(delivery: Delivery, destination: Destination): Promise<Sent> {
    return this.#sends[destination.kind](delivery, destination, this.#stopping.signal);
  }

  /** Nest calls this when the process stops. */
  onModuleDestroy(): void {
    this.#stopping.abort();
  }
}
