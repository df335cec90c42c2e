import { HubError } from '#errors';
import type avro from 'avsc';
import type { Registry } from './registry.ts';

interface Refusal {
  error: string;
  untilMs: number;
}

const HEADER_BYTES = 5;
/** How long a schema id that is not to be had is not asked for again; poison must not hammer the registry. */
const REFUSAL_MS = 10_000;
const MAX_REFUSALS = 10_000;
const MAX_LOOKUPS_IN_FLIGHT = 16;

/** What is known of writer schemas by id; `make` throws a plain Error for one that cannot be used. */
export class SchemaCache<T> {
  readonly #registry: Registry;
  readonly #make: (writer: avro.Type) => T;
  readonly #known = new Map<number, T>();
  readonly #refused = new Map<number, Refusal>();
  readonly #learning = new Map<number, Promise<void>>();

  constructor(registry: Registry, make: (writer: avro.Type) => T) {
    this.#registry = registry;
    this.#make = make;
  }

  get(id: number): T | undefined {
    return this.#known.get(id);
  }

  /** Why an id is not known. */
  reason(id: number): string {
    return this.#refused.get(id)?.error ?? 'not looked up yet';
  }

  add(id: number, writer: avro.Type): void {
    this.#known.set(id, this.#make(writer));
    this.#refused.delete(id);
  }

  /**
   * Fetches the schemas that these records name. Ids that are not to be had are left out.
   * @throws HubError HUB_REGISTRY_UNAVAILABLE, and what `make` throws as one
   */
  async learn(buffers: readonly Buffer[]): Promise<void> {
    const unknown = new Set<number>();
    for (const buffer of buffers) {
      const id = schemaIdOf(buffer);
      if (id !== undefined && !this.#known.has(id)) unknown.add(id);
    }
    const ids = [...unknown];
    while (ids.length > 0) {
      await Promise.all(ids.splice(0, MAX_LOOKUPS_IN_FLIGHT).map((id) => this.#learnId(id)));
    }
  }

  #learnId(id: number): Promise<void> {
    const refusal = this.#refused.get(id);
    if (refusal !== undefined && refusal.untilMs > Date.now()) return Promise.resolve();
    const running = this.#learning.get(id) ?? this.#fetch(id).finally(() => this.#learning.delete(id));
    this.#learning.set(id, running);
    return running;
  }

  async #fetch(id: number): Promise<void> {
    try {
      const type = await this.#registry.findType(id);
      if (type === undefined) this.#refuse(id, 'the registry does not have it');
      else this.add(id, type);
    } catch (error) {
      if (error instanceof HubError) throw error;
      this.#refuse(id, error instanceof Error ? error.message : String(error));
    }
  }

  #refuse(id: number, error: string): void {
    // Ids come from whoever writes to the topic: a flood of invented ones must not fill the memory.
    if (this.#refused.size >= MAX_REFUSALS) this.#refused.clear();
    this.#refused.set(id, { error, untilMs: Date.now() + REFUSAL_MS });
  }
}

/** The schema id of a record in the Confluent wire format. */
export function schemaIdOf(buffer: Buffer): number | undefined {
  return buffer.length >= HEADER_BYTES && buffer[0] === 0 ? buffer.readUInt32BE(1) : undefined;
}
