/**
 * The committable offset of one partition whose messages finish in any order: the low-water mark over them. Offsets
 * are added in rising order; gaps (control records, compaction) are fine.
 */
export class OffsetTracker {
  readonly #offsets: number[] = [];
  readonly #finished = new Set<number>();
  readonly #sizes = new Map<number, number>();
  #bytes = 0;
  #head = 0;
  #last = -1;
  #mark: number | undefined;

  /** Takes on an offset. @returns false when it was already taken on, so that a message read again is dropped */
  add(offset: number, bytes = 0): boolean {
    if (offset <= this.#last) return false;
    this.#last = offset;
    this.#offsets.push(offset);
    this.#sizes.set(offset, bytes);
    this.#bytes += bytes;
    return true;
  }

  /** Gives back the offsets from `offset` on, so that they can be taken on again; those below the mark are done with. */
  dropFrom(offset: number): void {
    while (this.pending > 0 && (this.#offsets.at(-1) as number) >= offset)
      this.#release(this.#offsets.pop() as number);
    this.#last = Math.max(Math.min(this.#last, offset - 1), (this.#mark ?? 0) - 1);
  }

  /** Marks an offset as finished; finishing it again changes nothing. */
  finish(offset: number): void {
    if (this.#mark !== undefined && offset < this.#mark) return;
    this.#release(offset);
    this.#finished.add(offset);
    while (this.#head < this.#offsets.length && this.#finished.delete(this.#offsets[this.#head] as number)) {
      this.#mark = (this.#offsets[this.#head] as number) + 1;
      this.#head += 1;
    }
    if (this.#head > 1_024 && this.#head * 2 > this.#offsets.length) {
      this.#offsets.splice(0, this.#head);
      this.#head = 0;
    }
  }

  /** Offset to commit: every message below it is finished. `undefined` until the first is. */
  get mark(): number | undefined {
    return this.#mark;
  }

  /** How many offsets wait to be finished. */
  get pending(): number {
    return this.#offsets.length - this.#head;
  }

  /** Bytes of the messages that wait to be finished. */
  get pendingBytes(): number {
    return this.#bytes;
  }

  #release(offset: number): void {
    this.#bytes -= this.#sizes.get(offset) ?? 0;
    this.#sizes.delete(offset);
  }
}
