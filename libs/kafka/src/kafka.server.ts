import type { Log } from '#log';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { Consumer, type ConsumerOptions } from './consumer.ts';
import type { Batch } from './message.ts';

/** A consumer's options, with the topics that each `@EventPattern` of the app stands for. */
export interface KafkaServerOptions<T> extends Omit<ConsumerOptions<T>, 'topics' | 'handle'> {
  /** Topics by pattern. Patterns are fixed names; topics carry the hub's prefix, known only at start. */
  patterns: Readonly<Record<string, readonly string[]>>;
  stopTimeoutMs: number;
}

/**
 * Nest transport strategy for Kafka: controllers take a `Batch` per call. Nest's own transport takes one message at a
 * time, turns thrown errors into values, and commits past them.
 */
export class KafkaServer<T> extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: KafkaServerOptions<T>;
  readonly #log: Log;
  #consumer: Consumer<T> | undefined;

  constructor(options: KafkaServerOptions<T>, log: Log) {
    super();
    this.#options = options;
    this.#log = log;
  }

  /** Joined, fetching, and no handler stuck. */
  get isHealthy(): boolean {
    return this.#consumer?.isHealthy ?? false;
  }

  /** Messages taken on and not yet finished. */
  get pending(): number {
    return this.#consumer?.pending ?? 0;
  }

  /** Asks `positions` anew where to go on. */
  reposition(): void {
    this.#consumer?.reposition();
  }

  listen(callback: (error?: unknown) => void): void {
    const handlers = this.#handlersByTopic();
    const handle = async (batch: Batch<T>) => {
      const handler = handlers.get(batch.topic);
      if (handler === undefined) throw new Error(`No @EventPattern stands for ${batch.topic}`);
      await lastValueFrom(this.transformToObservable(await handler(batch)), { defaultValue: undefined });
    };
    this.#consumer = new Consumer({ ...this.#options, topics: [...handlers.keys()], handle }, this.#log);
    this.#consumer.start().then(() => callback(), callback);
  }

  async close(): Promise<void> {
    await this.#consumer?.stop(this.#options.stopTimeoutMs);
  }

  on(): void {
    throw new Error('KafkaServer emits no events; read isHealthy');
  }

  unwrap<U>(): U {
    return this.#consumer as U;
  }

  #handlersByTopic(): Map<string, MessageHandler> {
    const byTopic = new Map<string, MessageHandler>();
    for (const [pattern, topics] of Object.entries(this.#options.patterns)) {
      const handler = this.messageHandlers.get(pattern);
      if (handler === undefined) throw new Error(`No controller has @EventPattern('${pattern}')`);
      for (const topic of topics) byTopic.set(topic, handler);
    }
    return byTopic;
  }
}
