import { serialize, type ASTNode } from '@marcbachmann/cel-js';
import { Budget, childrenOf } from './budget.ts';
import { Filter, inputOf, reasonOf } from './filter.ts';
import type { FilteredEvent, FilterInput } from './filtered-event.ts';
import { parseAlone, Program } from './program.ts';

/** What a part of a clause was in an event. */
export interface ClauseValue {
  /** The part, such as `data.revenue`. */
  expression: string;
  isMissing: boolean;
  /** As JSON has it, cut when long; null when it is missing. */
  value: unknown;
}

/** A part of a filter between its `&&`, `||` and `!`. */
export interface Clause {
  expression: string;
  /** Null when it has no answer: a field is missing, for one. */
  result: boolean | null;
  /** Why it has no answer. */
  problem: string | null;
  values: ClauseValue[];
}

/** Why an event matches a filter, or not. */
export interface Explanation {
  isMatch: boolean;
  /** Why there is no answer, which counts as not matching; null when there is one. */
  problem: string | null;
  /** The clauses that decided it: of an `&&` that is false those that are not true, and so on. */
  clauses: Clause[];
}

const MAX_SHOWN = 200;
/** Parts are run one by one, again and again: so many times what one run may cost, for all of them. */
const EXPLAINING = 5;
/** Of these the sides are shown too, when they are calculated. */
const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>=', 'in'];
const QUANTIFIERS: readonly string[] = ['all', 'exists', 'exists_one', 'map', 'filter'];

/** Why an event matches a filter, or not: which clauses decided it, with which values. Never throws. */
export function explainFilter(expression: string, event: FilteredEvent): Explanation {
  return new FilterExplainer(expression).explain(event);
}

/** Explains one filter on many events. */
export class FilterExplainer {
  readonly #expression: string;
  readonly #filter: Filter;
  readonly #budget = new Budget();
  readonly #programs = new Map<string, Program>();
  /** What parts are in the event at hand. */
  readonly #values = new Map<string, { value: unknown; problem: string | null }>();
  #input: FilterInput | undefined;

  constructor(expression: string) {
    this.#expression = expression;
    this.#filter = new Filter(expression);
  }

  /** Never throws. */
  explain(event: FilteredEvent): Explanation {
    const verdict = this.#filter.judge(event);
    const isMatch = verdict.kind === 'matched';
    const problem = verdict.kind === 'failed' ? verdict.reason : null;
    try {
      this.#input = inputOf(event);
      this.#values.clear();
      this.#budget.start(this.#input.size, EXPLAINING);
      return { isMatch, problem, clauses: this.#decisive(parseAlone(this.#expression)) };
    } catch {
      return { isMatch, problem, clauses: [] };
    }
  }

  /** The clauses that made a part of the filter what it is. */
  #decisive(node: ASTNode): Clause[] {
    if (node.op === '!_') return this.#decisive(node.args);
    if (node.op !== '&&' && node.op !== '||') return [this.#toClause(node)];
    // One false side decides an `&&`, one true side an `||`, whatever the other is; then one without an answer.
    const decides = node.op === '||';
    const results = node.args.map((side) => this.#resultOf(side));
    const deciding = [decides, null, !decides].find((result) => results.includes(result));
    return node.args.flatMap((side, index) => (results[index] === deciding ? this.#decisive(side) : []));
  }

  #toClause(node: ASTNode): Clause {
    const { problem } = this.#valueOf(node);
    const shown = new Map(partsOf(node).map((part) => [serialize(part), part]));
    return {
      expression: serialize(node),
      result: this.#resultOf(node),
      problem,
      values: [...shown.values()].map((part) => this.#toValue(part)),
    };
  }

  #toValue(node: ASTNode): ClauseValue {
    const { value, problem } = this.#valueOf(node);
    return { expression: serialize(node), isMissing: problem !== null, value: show(value) };
  }

  #resultOf(node: ASTNode): boolean | null {
    const { value } = this.#valueOf(node);
    return typeof value === 'boolean' ? value : null;
  }

  #valueOf(node: ASTNode): { value: unknown; problem: string | null } {
    const text = serialize(node);
    const known = this.#values.get(text) ?? this.#run(text);
    this.#values.set(text, known);
    return known;
  }

  #run(text: string): { value: unknown; problem: string | null } {
    try {
      const program = this.#programs.get(text) ?? new Program(text, this.#budget);
      this.#programs.set(text, program);
      return { value: this.#input && program.continueOn(this.#input), problem: null };
    } catch (error) {
      return { value: null, problem: reasonOf(error) };
    }
  }
}

/** What of a clause is worth showing: its fields, and what is compared when it is calculated. */
function partsOf(node: ASTNode): ASTNode[] {
  const sides = COMPARISONS.includes(node.op) ? (node.args as ASTNode[]) : [];
  const calculated = sides.filter(({ op }) => !['value', 'list', 'map'].includes(op));
  return [...pathsOf(node), ...calculated];
}

/** The longest paths, such as `data.variants[0].weight`. Inside of `exists` and such names mean something else. */
function pathsOf(node: ASTNode): ASTNode[] {
  if (node.op === 'id' || isPath(node)) return [node];
  if (node.op === 'rcall' && QUANTIFIERS.includes(node.args[0])) return pathsOf(node.args[1]);
  return childrenOf(node).flatMap((child) => pathsOf(child));
}

function isPath(node: ASTNode): boolean {
  if (node.op === 'id') return true;
  if (node.op === '.') return isPath(node.args[0]);
  return node.op === '[]' && isPath(node.args[0]) && node.args[1].op === 'value';
}

function show(value: unknown): unknown {
  const json = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return Number(part);
    return part instanceof Map ? Object.fromEntries(part) : part;
  });
  if (json === undefined) return null;
  return json.length > MAX_SHOWN ? `${json.slice(0, MAX_SHOWN)}…` : (JSON.parse(json) as unknown);
}
