import type { ASTNode } from '@marcbachmann/cel-js';

/** What evaluating one filter on one event may cost: some milliseconds at most, whatever is written in it. */
const MAX_COST = 30_000;
/** A method of timestamps with a zone formats the time, which takes as long as so many steps. */
const ZONE_COST = 1_000;

/** `exists` goes on after an error, which takes as long to make as so many steps. */
const ERROR_COST = 100;

/** Thrown without a stack: a loop over many items throws it once an item. */
const EXHAUSTED = new Error('the expression takes too long on this event');

type Evaluate = (evaluator: unknown, node: unknown, context: unknown) => unknown;
type Node = ASTNode & { evaluate: Evaluate };

/**
 * Counts the steps of an evaluation and ends it when there are too many. CEL always ends, but loops in loops, or long
 * texts searched in loops, take minutes; the library has no such limit of its own.
 */
export class Budget {
  #left = 0;
  #eventSize = 0;

  /**
   * @param eventSize what it costs to go through the whole event
   * @param times for how many evaluations it is to last
   */
  start(eventSize: number, times = 1): void {
    this.#left = MAX_COST * times;
    this.#eventSize = eventSize;
  }

  /** Whether the last evaluation was ended: CEL's `||` may have swallowed the error. */
  get isExhausted(): boolean {
    return this.#left < 0;
  }

  get error(): Error {
    return EXHAUSTED;
  }

  /** Makes every step of an expression count. */
  meter(root: ASTNode): void {
    this.#meter(root as Node, true);
  }

  /** @param isStep whether its value is only a step on the way to a field, so that its size does not matter */
  #meter(node: Node, isStep: boolean): void {
    let evaluate = node.evaluate;
    const fixed = isZoned(node) ? ZONE_COST : 1;
    // The library puts a faster function in place of the first at the first run; it is metered too.
    Object.defineProperty(node, 'evaluate', {
      get: (): Evaluate => (evaluator, self, context) => {
        this.#spend(fixed);
        try {
          const value = evaluate.call(node, evaluator, self, context);
          this.#spend(this.#costOf(value, isStep));
          return value;
        } catch (error) {
          this.#left -= ERROR_COST;
          throw error;
        }
      },
      set: (faster: Evaluate) => {
        evaluate = faster;
      },
    });
    for (const [index, child] of childrenOf(node).entries())
      this.#meter(child, index === 0 && (node.op === '.' || node.op === '[]'));
  }

  #costOf(value: unknown, isStep: boolean): number {
    if (typeof value === 'string') return value.length / 256;
    if (Array.isArray(value)) return value.length;
    return typeof value === 'object' && value !== null && !isStep ? this.#eventSize : 0;
  }

  #spend(cost: number): void {
    this.#left -= cost;
    if (this.#left < 0) throw EXHAUSTED;
  }
}

/** The parts of an expression, those of calls and literals too. */
export function childrenOf(node: ASTNode): Node[] {
  const parts = [node.args].flat(3) as unknown[];
  return parts.filter((part): part is Node => typeof part === 'object' && part !== null && 'op' in part);
}

function isZoned(node: ASTNode): boolean {
  return node.op === 'rcall' && node.args[0].startsWith('get') && node.args[2].length > 0;
}
