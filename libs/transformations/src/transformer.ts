import { Worker } from 'node:worker_threads';
import type { Task, TaskResult } from './transform.thread.ts';

/** A body that a transformation made, or why it made none. */
export type Transformed = { kind: 'transformed'; body: Buffer } | { kind: 'failed'; reason: string };

/** What the reason of a delivery that has failed by its transformation begins with. */
export const TRANSFORMATION_FAILED = 'transformation_failed';

/** How transformations are bounded. */
export interface TransformerOptions {
  /** Longest evaluation. What it takes on a good day is some 50 µs; a busy machine is no reason to fail. */
  timeoutMs?: number;
  /** How long an expression that took longer, or too much memory, is not tried again. */
  blockedMs?: number;
  maxBodyBytes?: number;
  memoryMb?: number;
  now?: () => number;
}

interface Job {
  task: Task;
  done: (result: TaskResult) => void;
}

const DEFAULTS = {
  timeoutMs: 1_000,
  blockedMs: 60_000,
  maxBodyBytes: 960 * 1_024,
  memoryMb: 64,
  now: () => Date.now(),
};
const MAX_REASON = 300;
const MAX_BLOCKED = 1_000;
/** Compiled, the thread is JavaScript beside this file. */
const THREAD = new URL(
  `./transform.thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/**
 * Runs transformations, one after the other, in a thread of their own: whatever somebody wrote can take neither this
 * process's time nor its memory, and what takes too long is cut.
 */
export class Transformer {
  readonly #options: Required<TransformerOptions>;
  readonly #queue: Job[] = [];
  readonly #blocked = new Map<string, number>();
  #thread: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isCutting = false;

  constructor(options: TransformerOptions = {}) {
    this.#options = { ...DEFAULTS, ...options };
  }

  /** The body that an expression makes of a body. The same two always give the same. Never rejects. */
  async run(expression: string, body: Buffer): Promise<Transformed> {
    const { blockedMs, maxBodyBytes, now } = this.#options;
    if ((this.#blocked.get(expression) ?? -Infinity) > now() - blockedMs)
      return {
        kind: 'failed',
        reason: 'it took too long, or too much memory, and is not tried again for a while',
      };
    const result = await this.#ask({ expression, body: body.toString('utf8') });
    if (result.kind === 'failed') return { kind: 'failed', reason: result.reason.slice(0, MAX_REASON) };
    const made = Buffer.from(result.body);
    if (made.length <= maxBodyBytes) return { kind: 'transformed', body: made };
    return { kind: 'failed', reason: `the result is larger than ${maxBodyBytes} bytes` };
  }

  /** Ends the thread. What waits is never answered: it has not failed, and is done again after the restart. */
  async close(): Promise<void> {
    this.#queue.length = 0;
    await this.#end();
  }

  #ask(task: Task): Promise<TaskResult> {
    return new Promise((resolve) => {
      this.#queue.push({ task, done: resolve });
      if (this.#queue.length === 1 && !this.#isCutting) this.#next();
    });
  }

  #next(): void {
    const [job] = this.#queue;
    if (job === undefined) return;
    const { timeoutMs } = this.#options;
    this.#timer = setTimeout(() => void this.#cut(`it took longer than ${timeoutMs} ms`), timeoutMs);
    (this.#thread ??= this.#start()).postMessage(job.task);
  }

  #start(): Worker {
    const { memoryMb } = this.#options;
    const thread = new Worker(THREAD, {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 8, stackSizeMb: 4 },
    });
    thread.unref();
    thread.on('message', (result: TaskResult) => this.#answer(result));
    thread.on('error', () => {
      if (this.#thread === thread) void this.#cut('it took too much memory');
    });
    return thread;
  }

  #answer(result: TaskResult): void {
    clearTimeout(this.#timer);
    this.#queue.shift()?.done(result);
    this.#next();
  }

  /** What is first in the queue has to go; the others wait for the next thread. */
  async #cut(reason: string): Promise<void> {
    const [job] = this.#queue;
    if (job !== undefined) {
      if (this.#blocked.size >= MAX_BLOCKED) this.#blocked.clear();
      this.#blocked.set(job.task.expression, this.#options.now());
    }
    this.#isCutting = true;
    await this.#end();
    this.#isCutting = false;
    this.#queue.shift()?.done({ kind: 'failed', reason });
    this.#next();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }
}
