/** The key that webhook secrets are encrypted under. A class, so that it can be injected by its type. */
export class MasterKey {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}
