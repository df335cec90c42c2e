import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { startChild } from './start-child.ts';
import type { Task, TaskResult } from './transform.child.ts';

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
  /** Its child has died once, maybe for another reason. */
  isRetried: boolean;
  done: (result: TaskResult) => void;
}

const DEFAULTS = {
  timeoutMs: 1_000,
  blockedMs: 60_000,
  maxBodyBytes: 960 * 1_024,
  memoryMb: 64,
  now: () => Date.now(),
};
const MAX_BLOCKED = 1_000;
/** Starting takes 50 ms; on a machine that is very busy, or short of memory, it may take a while. */
const MAX_START_MS = 15_000;
/** What goes to the child in one message. */
const MAX_BATCH = 64;
const MAX_BATCH_LENGTH = 256 * 1_024;
const BLOCKED = 'it took too long, or too much memory, and is not tried again for a while';

/**
 * Runs transformations, one after the other, in a process of their own: whatever somebody wrote can take neither this
 * process's time nor its memory, and what takes too long, or kills its process, is the only one that fails.
 */
export class Transformer {
  readonly #options: Required<TransformerOptions>;
  readonly #blocked = new Map<string, number>();
  #queue: Job[] = [];
  /** So many of the queue, its first, are with the child. */
  #sent = 0;
  /** So many of the queue, its first, go to the child one by one, since it died of one of them. */
  #alone = 0;
  #child: ChildProcess | undefined;
  #isReady = false;
  #isCutting = false;
  #timer: NodeJS.Timeout | undefined;
  #lastCall: NodeJS.Immediate | undefined;

  constructor(options: TransformerOptions = {}) {
    this.#options = { ...DEFAULTS, ...options };
  }

  /** The body that an expression makes of a body. The same two always give the same. Never rejects. */
  async run(expression: string, body: Buffer): Promise<Transformed> {
    const { blockedMs, now } = this.#options;
    if ((this.#blocked.get(expression) ?? -Infinity) > now() - blockedMs)
      return { kind: 'failed', reason: BLOCKED };
    const result = await this.#ask({ expression, body: body.toString('utf8') });
    return result.kind === 'failed' ? result : { kind: 'transformed', body: Buffer.from(result.body) };
  }

  /** Ends the child. What waits is never answered: it has not failed, and is done again after the restart. */
  async close(): Promise<void> {
    this.#queue = [];
    this.#sent = 0;
    await this.#end();
  }

  #ask(task: Task): Promise<TaskResult> {
    return new Promise((resolve) => {
      this.#queue.push({ task, isRetried: false, done: resolve });
      this.#next();
    });
  }

  /** One message at a time: what comes meanwhile goes together in the next one. */
  #next(): void {
    if (this.#sent > 0 || this.#queue.length === 0 || this.#isCutting) return;
    const batch = this.#queue.slice(0, this.#batchLength());
    this.#sent = batch.length;
    this.#alone = Math.max(0, this.#alone - 1);
    this.#await();
    try {
      (this.#child ??= this.#start()).send(batch.map(({ task }) => task));
    } catch {
      void this.#cut('died');
    }
  }

  #batchLength(): number {
    if (this.#alone > 0) return 1;
    let length = 0;
    const end = this.#queue.findIndex(
      ({ task }, index) =>
        index === MAX_BATCH || ((length += task.body.length) > MAX_BATCH_LENGTH && index > 0),
    );
    return end === -1 ? this.#queue.length : end;
  }

  #start(): ChildProcess {
    this.#isReady = false;
    const child = startChild(this.#options);
    child.on('message', (results: TaskResult[]) => {
      if (this.#child === child) this.#answer(results);
    });
    const onGone = (): void => {
      if (this.#child === child) void this.#cut('died');
    };
    // After all that it answered before.
    child.on('close', onGone);
    child.on('error', () => {
      if (child.pid === undefined) onGone();
    });
    return child;
  }

  #answer(results: TaskResult[]): void {
    this.#isReady = true;
    this.#stopWaiting();
    this.#sent -= results.length;
    this.#queue.splice(0, results.length).forEach(({ done }, index) => done(results[index] as TaskResult));
    if (this.#sent > 0) this.#await();
    else this.#next();
  }

  /** A process that was busy itself looks once more for an answer before it cuts. */
  #await(): void {
    this.#timer = setTimeout(
      () => (this.#lastCall = setImmediate(() => void this.#cut('timed out'))),
      this.#isReady ? this.#options.timeoutMs : MAX_START_MS,
    );
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastCall);
  }

  /** What the child was given goes again to the next one, alone, unless it is clear which it was that has to go. */
  async #cut(cause: 'died' | 'timed out'): Promise<void> {
    const [[job], sent, isReady] = [this.#queue, this.#sent, this.#isReady];
    this.#isCutting = true;
    await this.#end();
    this.#isCutting = false;
    this.#sent = 0;
    if (sent !== 1 || job === undefined || job !== this.#queue[0]) this.#alone = sent;
    else if (cause === 'timed out' || job.isRetried) this.#fail(job, cause, isReady);
    else {
      job.isRetried = true;
      this.#alone += 1;
    }
    this.#next();
  }

  #fail(job: Job, cause: 'died' | 'timed out', isReady: boolean): void {
    this.#queue.shift();
    if (!isReady) return job.done({ kind: 'failed', reason: 'its process could not be started' });
    this.#block(job.task.expression);
    const reason =
      cause === 'died' ? 'it took too much memory' : `it took longer than ${this.#options.timeoutMs} ms`;
    job.done({ kind: 'failed', reason });
  }

  /** What waits with the same expression would take as long. */
  #block(expression: string): void {
    if (this.#blocked.size >= MAX_BLOCKED) this.#blocked.clear();
    this.#blocked.set(expression, this.#options.now());
    const isSame = ({ task }: Job): boolean => task.expression === expression;
    const same = this.#queue.filter(isSame);
    this.#queue = this.#queue.filter((job) => !isSame(job));
    for (const { done } of same) done({ kind: 'failed', reason: BLOCKED });
  }

  async #end(): Promise<void> {
    this.#stopWaiting();
    const child = this.#child;
    this.#child = undefined;
    this.#isReady = false;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    child.channel?.ref();
    child.kill('SIGKILL');
    await once(child, 'close');
  }
}
