import type { Send, Sent } from '#delivery';
import type { Delivery, Destination } from '#events';

/** Sends as the worker does; what is under way when the process stops is interrupted. */
export class TestSender {
  readonly #send: Send;
  readonly #stopping = new AbortController();

  constructor(send: Send) {
    this.#send = send;
  }

  send(delivery: Delivery, destination: Destination): Promise<Sent> {
    return this.#send(delivery, destination, this.#stopping.signal);
  }

  /** Nest calls this when the process stops. */
  onModuleDestroy(): void {
    this.#stopping.abort();
  }
}
