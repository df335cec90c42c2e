import { parentPort } from 'node:worker_threads';
import jsonata from 'jsonata';

/** An expression and the body that it is run on. */
export interface Task {
  expression: string;
  body: string;
}

/** The body that it makes, or why it makes none. */
export type TaskResult = { kind: 'transformed'; body: string } | { kind: 'failed'; reason: string };

const MAX_COMPILED = 500;
const compiled = new Map<string, jsonata.Expression>();

parentPort?.on('message', (task: Task) => {
  run(task).then(
    (result) => parentPort?.postMessage(result),
    (error: unknown) => parentPort?.postMessage({ kind: 'failed', reason: reasonOf(error) }),
  );
});

async function run({ expression, body }: Task): Promise<TaskResult> {
  const value: unknown = await compile(expression).evaluate(JSON.parse(body));
  // A function of JSONata's is an object of JavaScript's.
  if (typeof value === 'object' && value !== null && !('_jsonata_lambda' in value))
    return { kind: 'transformed', body: JSON.stringify(value) };
  return { kind: 'failed', reason: 'the result is neither an object nor a list' };
}

function compile(expression: string): jsonata.Expression {
  let known = compiled.get(expression);
  if (known === undefined) {
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    compiled.set(expression, (known = jsonata(expression)));
  }
  return known;
}

function reasonOf(error: unknown): string {
  const { message, position } = error as { message?: unknown; position?: number };
  return `${typeof message === 'string' ? message : 'it cannot be evaluated'}${position === undefined ? '' : ` (character ${position})`}`;
}
