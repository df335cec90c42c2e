import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import { Budget } from './budget.ts';
import type { FilterInput } from './filtered-event.ts';

/** How large an expression may be. Nesting is bounded, since what reads it is recursive. */
export const LIMITS = {
  maxAstNodes: 300,
  maxDepth: 32,
  maxListElements: 100,
  maxMapEntries: 50,
  maxCallArguments: 8,
};

/** The names of a filter beside `data`, with their CEL types. `eventType` is what filters call `type`. */
export const NAMES: Readonly<Record<string, string>> = {
  id: 'string',
  eventType: 'string',
  projectId: 'string',
  tenantId: 'string',
  createdAt: 'google.protobuf.Timestamp',
};

/** An environment with the names of an event; `data` is still to come. */
export function newEnvironment(): Environment {
  const environment = new Environment({ limits: LIMITS });
  for (const [name, type] of Object.entries(NAMES)) environment.registerVariable(name, type);
  // `data.revenue == 100` is what everybody writes, and CEL compares a double with 100.0 only.
  environment.registerOperator('double == int', (left: number, right: bigint) => left === Number(right));
  return environment;
}

/** What stands before an expression so that `type` in it is the event's: for CEL it is a function of its own. */
export const PREFIX = 'cel.bind(type, eventType, ';

/** The whole of what is run for an expression, which must have been parsed alone before; it may end in a comment. */
export function wrap(expression: string): string {
  return `${PREFIX}${expression}\n)`;
}

const environment = newEnvironment().registerVariable('data', 'dyn');

/** A parsed expression, with its tree. @throws ParseError of the library */
export function parseAlone(expression: string): ASTNode {
  return environment.parse(expression).ast;
}

/** An expression that can be run on events. Types are looked at as it runs; they were checked when it was written. */
export class Program {
  readonly #run: (names: Record<string, unknown>) => unknown;
  readonly #budget: Budget;

  /** @throws ParseError, TypeError of the library */
  constructor(expression: string, budget = new Budget()) {
    this.#budget = budget;
    parseAlone(expression);
    const parsed = environment.parse(wrap(expression));
    const { error } = parsed.check();
    if (error !== undefined) throw error;
    this.#budget.meter(parsed.ast);
    this.#run = parsed;
  }

  /** @throws an error that says why there is no value */
  run(input: FilterInput): unknown {
    this.#budget.start(input.size);
    return this.continueOn(input);
  }

  /** The same, with what is left of its budget. */
  continueOn({ names }: FilterInput): unknown {
    const value = this.#run(names);
    if (this.#budget.isExhausted) throw this.#budget.error;
    return value;
  }
}
