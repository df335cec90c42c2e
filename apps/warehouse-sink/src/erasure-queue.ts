import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '#errors';
import type { Erasure } from '#events';
import type { Log } from '#log';
import type { Subject } from './subject.ts';
import type { Warehouse } from './warehouse.ts';

const RETRY_MS = 1_000;
/** A project or a tenant that is forgotten has no later events that are another's. */
const FOREVER = new Date(Date.UTC(9999, 0));

/** Carries erasures out one after the other, each until it is done. The warehouse knows those that it has done before. */
export class ErasureQueue {
  readonly #warehouse: Pick<Warehouse, 'erase'>;
  readonly #log: Log;
  #isStopped = false;
  #last: Promise<void> = Promise.resolve();

  constructor(warehouse: Pick<Warehouse, 'erase'>, log: Log) {
    this.#warehouse = warehouse;
    this.#log = log;
  }

  add(erasure: Erasure): void {
    const subject = subjectOf(erasure);
    const until = erasure.kind === 'visitor' ? new Date(erasure.requestedAt) : FOREVER;
    this.#last = this.#last.then(() => this.#carryOut(subject, until));
  }

  /** Leaves what is not done to the next start, which reads the topic from its beginning. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.#last;
  }

  async #carryOut(subject: Subject | undefined, until: Date): Promise<void> {
    while (subject !== undefined && !this.#isStopped) {
      try {
        const events = await this.#warehouse.erase(subject, until);
        if (events > 0) this.#log.info({ kind: subject.kind, events }, 'sink.erased');
        return;
      } catch (error) {
        this.#log.warn({ reason: describeError(error) }, 'sink.erase_failed');
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}

function subjectOf({ kind, tenantId, projectId, subject }: Erasure): Subject | undefined {
  if (kind === 'tenant') return { kind, tenantId };
  if (projectId === null) return undefined;
  if (kind === 'project') return { kind, projectId };
  return subject === null ? undefined : { kind, projectId, digest: subject.toString('hex') };
}
