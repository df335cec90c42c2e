import type { Environment, ASTNode } from '@marcbachmann/cel-js';
import { dataShape, EVENT_CATALOGUE, matchesEventType, type EventName, type RecordShape } from '#events';
import { childrenOf } from './budget.ts';
import { declareData } from './declare-data.ts';
import { reasonOf } from './filter.ts';
import { newEnvironment, parseAlone, PREFIX, Program, wrap } from './program.ts';

/** Longest expression, in characters. */
export const MAX_FILTER_LENGTH = 2_000;

/** What is wrong with a filter. */
export interface FilterProblem {
  /** As it reads after the name of the field: `must be a CEL expression: no such key: nam (character 6)`. */
  rule: string;
  /** Where, from 1; null when it is about the whole. */
  character: number | null;
}

interface LibraryError {
  range?: { start: number };
}

const MAX_KEPT = 200;
const environments = new Map<string, Environment>();

/**
 * What is wrong with a filter on these event types, or undefined. A field must be one that an event of these types can
 * have, and be compared with what it can be compared with.
 * @param eventTypes exact ones, prefixes, `*`
 * @param proposed shapes of `data` that are to take the place of those that there are
 */
export function checkFilter(
  expression: string,
  eventTypes: readonly string[],
  proposed?: ReadonlyMap<string, RecordShape>,
): FilterProblem | undefined {
  if (expression.length > MAX_FILTER_LENGTH)
    return { rule: `must be at most ${MAX_FILTER_LENGTH} characters long`, character: null };
  try {
    const regular = findRegularExpression(parseAlone(expression));
    if (regular !== undefined)
      return at(regular.pos, 'must not use matches: say it with contains, startsWith or endsWith');
  } catch (error) {
    return explain(error, 0);
  }
  return checkTypes(expression, environmentOf(eventTypes, proposed));
}

function checkTypes(expression: string, environment: Environment): FilterProblem | undefined {
  try {
    const { error, type } = environment.parse(wrap(expression)).check();
    if (error !== undefined) throw error;
    // As it will run: with types known only then.
    void new Program(expression);
    if (type === 'bool' || type === 'dyn') return undefined;
    return { rule: `must be true or false, and is of type ${type}`, character: null };
  } catch (error) {
    return explain(error, PREFIX.length);
  }
}

/** The names that a filter on these types can use, with their types. */
function environmentOf(
  eventTypes: readonly string[],
  proposed?: ReadonlyMap<string, RecordShape>,
): Environment {
  const names = EVENT_CATALOGUE.flatMap(({ type, recordName }) =>
    matchesEventType(eventTypes, type) ? [recordName] : [],
  );
  const shapeOf = (name: EventName) => proposed?.get(name) ?? dataShape(name);
  if (proposed !== undefined) return declareData(newEnvironment(), names.map(shapeOf));
  const key = names.join();
  const known = environments.get(key);
  if (known !== undefined) return known;
  if (environments.size >= MAX_KEPT) environments.clear();
  const environment = declareData(newEnvironment(), names.map(shapeOf));
  environments.set(key, environment);
  return environment;
}

function explain(error: unknown, offset: number): FilterProblem {
  const start = (error as LibraryError).range?.start;
  const reason = reasonOf(error);
  const rule = `must be a CEL expression: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
  return start === undefined ? { rule, character: null } : at(Math.max(0, start - offset), rule);
}

function at(position: number, rule: string): FilterProblem {
  return { rule: `${rule} (character ${position + 1})`, character: position + 1 };
}

function findRegularExpression(node: ASTNode): ASTNode | undefined {
  if (node.op === 'rcall' && node.args[0] === 'matches') return node;
  for (const child of childrenOf(node)) {
    const found = findRegularExpression(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
