import { Worker } from 'node:worker_threads';
import jsonata from 'jsonata';

/** An expression and the body that it is run on. */
export interface Task {
  expression: string;
  body: string;
}

/** The body that it makes, or why it makes none. */
export type TaskResult = { kind: 'transformed'; body: string } | { kind: 'failed'; reason: string };

/** Characters of all expressions that are kept compiled, some 100 bytes each. */
const MAX_COMPILED = 100_000;
const MAX_REASON = 300;
/** What is done is told after so long, or so many characters, before the next begins. */
const ANSWER_AFTER_MS = 20;
const ANSWER_AFTER_LENGTH = 256 * 1_024;

const maxBodyBytes = Number(process.argv[2]);
const compiled = new Map<string, jsonata.Expression>();
let compiledLength = 0;

process.on('disconnect', () => process.exit());
// A loop hears of no disconnect. This thread does not wait for it, and ends the process after its parent.
new Worker(
  `setInterval(() => { if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL'); }, 1_000)`,
  { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 } },
).unref();
process.on('message', (tasks: Task[]) => void runAll(tasks));
// Done with nothing: ready.
void answer([]);

/** Runs them in order. Answers now and then, so that the parent's clock is for the one that takes long. */
async function runAll(tasks: Task[]): Promise<void> {
  let results: TaskResult[] = [];
  let length = 0;
  let answeredAt = performance.now();
  for (const task of tasks) {
    const result = await run(task);
    results.push(result);
    length += result.kind === 'transformed' ? result.body.length : 0;
    if (performance.now() - answeredAt < ANSWER_AFTER_MS && length < ANSWER_AFTER_LENGTH) continue;
    await answer(results);
    [results, length, answeredAt] = [[], 0, performance.now()];
  }
  if (results.length > 0) await answer(results);
}

function answer(results: TaskResult[]): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(results, () => resolve());
  });
}

async function run(task: Task): Promise<TaskResult> {
  try {
    return await evaluate(task);
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error).slice(0, MAX_REASON) };
  }
}

async function evaluate({ expression, body }: Task): Promise<TaskResult> {
  const value: unknown = await compile(expression).evaluate(JSON.parse(body));
  // A function of JSONata's is an object of JavaScript's.
  if (typeof value !== 'object' || value === null || '_jsonata_lambda' in value)
    return { kind: 'failed', reason: 'the result is neither an object nor a list' };
  const made = JSON.stringify(value);
  if (Buffer.byteLength(made) <= maxBodyBytes) return { kind: 'transformed', body: made };
  return { kind: 'failed', reason: `the result is larger than ${maxBodyBytes} bytes` };
}

function compile(expression: string): jsonata.Expression {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  const made = jsonata(expression);
  if (compiledLength + expression.length > MAX_COMPILED) {
    compiled.clear();
    compiledLength = 0;
  }
  compiled.set(expression, made);
  compiledLength += expression.length;
  return made;
}

function reasonOf(error: unknown): string {
  const { message, position } = error as { message?: unknown; position?: number };
  return `${typeof message === 'string' ? message : 'it cannot be evaluated'}${position === undefined ? '' : ` (character ${position})`}`;
}
