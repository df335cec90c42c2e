import { setTimeout as pause } from 'node:timers/promises';
import { RESENT_FROM_HEADER } from '#database';
import { describeError } from '#errors';
import { ACCEPT_BY_HEADER } from '#events';
import type { OutgoingRecord } from '#kafka';
import type { Log } from '#log';
import type { LetterToSend, LetterStore } from './letter.store.ts';

/** What sending dead letters again works with. */
export interface LetterSenderOptions {
  store: LetterStore;
  send: (record: OutgoingRecord) => Promise<unknown>;
}

const EVERY_MS = 1_000;
const AT_ONCE = 50;
const SEND_DEADLINE_MS = 5_000;

/**
 * Puts dead letters that an operator asked for back on the topic that they were read from: the very bytes, with a header
 * that names the letter. One that fails again is a letter of its own, and is never sent by itself.
 */
export class LetterSender {
  readonly #options: LetterSenderOptions;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: LetterSenderOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  /** Nest calls this once everything is wired. */
  onModuleInit(): void {
    this.#loop = this.#run();
  }

  /** Nest calls this when the process stops. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if ((await this.#trySend()) === AT_ONCE) continue;
      await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #trySend(): Promise<number> {
    try {
      return await this.#options.store.send(AT_ONCE, async (letters) => {
        await Promise.all(letters.map((letter) => this.#options.send(toRecord(letter))));
        for (const { id, topic } of letters) this.#log.info({ letterId: id, topic }, 'letter.resent');
      });
    } catch (error) {
      // PostgreSQL or Kafka is away: they are still asked for, and sent when both are back.
      this.#log.warn({ reason: describeError(error) }, 'letters.failed');
      return 0;
    }
  }
}

/**
 * The record as it was, but that it comes from a letter. One that was appended in time is not too late now; one that may
 * have been too late stays so, since its publisher may have been told that it was refused.
 */
export function toRecord({ id, topic, key, value, headers, failedAt }: LetterToSend): OutgoingRecord {
  const acceptBy = Buffer.from(headers[ACCEPT_BY_HEADER] ?? '', 'base64').toString();
  const wasInTime = failedAt.getTime() <= Number(acceptBy);
  const kept = Object.entries(headers).filter(([name]) => name !== ACCEPT_BY_HEADER || !wasInTime);
  const bytes = Object.fromEntries(kept.map(([name, text]) => [name, Buffer.from(text, 'base64')]));
  return {
    topic,
    key: key?.toString() ?? '',
    value,
    headers: { ...bytes, [RESENT_FROM_HEADER]: id },
    deadlineMs: SEND_DEADLINE_MS,
  };
}
