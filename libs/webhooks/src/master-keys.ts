import { createHash } from 'node:crypto';

const ID_BYTES = 8;

/** The master keys of a hub: secrets are stored under the current one, and read under any. */
export class MasterKeys {
  readonly current: Buffer;
  /** Names the current key in what is stored. */
  readonly currentId: Buffer;
  readonly #byId: ReadonlyMap<string, Buffer>;

  /** @param previous keys that stored secrets may still be under; each key is 32 bytes */
  constructor(current: Buffer, previous: readonly Buffer[] = []) {
    this.current = current;
    this.currentId = keyId(current);
    this.#byId = new Map([...previous, current].map((key) => [keyId(key).toString('hex'), key]));
  }

  /** The key of that id, if the hub has it. */
  find(id: Buffer): Buffer | undefined {
    return this.#byId.get(id.toString('hex'));
  }
}

/** The first 8 bytes of the key's SHA-256: enough to tell keys apart, and nothing to find 256 random bits by. */
export function keyId(masterKey: Buffer): Buffer {
  return createHash('sha256').update(masterKey).digest().subarray(0, ID_BYTES);
}
