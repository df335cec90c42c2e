import { toFilterInput, type FilterInput, type FilteredEvent } from './filtered-event.ts';
import { Program } from './program.ts';

/** What a filter says of an event. `failed` means that it has no answer, and so the event does not match. */
export type Verdict = { kind: 'matched' } | { kind: 'unmatched' } | { kind: 'failed'; reason: string };

const inputs = new WeakMap<object, FilterInput>();

/** A filter, compiled once and run on many events. */
export class Filter {
  readonly #program: Program | undefined;
  readonly #problem: string = '';

  /** Never throws: a filter that cannot be compiled fails on every event. */
  constructor(expression: string) {
    try {
      this.#program = new Program(expression);
    } catch (error) {
      this.#problem = reasonOf(error);
    }
  }

  /** What it says of an event. An event that several filters see is prepared once. */
  judge(event: FilteredEvent): Verdict {
    if (this.#program === undefined) return { kind: 'failed', reason: this.#problem };
    try {
      const value = this.#program.run(inputOf(event));
      if (typeof value === 'boolean') return { kind: value ? 'matched' : 'unmatched' };
      return { kind: 'failed', reason: 'the expression is neither true nor false' };
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error) };
    }
  }
}

/** An event in CEL's types, made once. */
export function inputOf(event: FilteredEvent): FilterInput {
  let input = inputs.get(event.data);
  if (input === undefined) inputs.set(event.data, (input = toFilterInput(event)));
  return input;
}

/** What an error of the library says, in one line. */
export function reasonOf(error: unknown): string {
  const { summary, message } = error as { summary?: string; message: string };
  return (summary ?? message).replaceAll('google.protobuf.Timestamp', 'timestamp');
}
