import jsonata from 'jsonata';

/** Longest expression, in characters. */
export const MAX_TRANSFORMATION_LENGTH = 4_000;

/** What makes the same event give different bodies, or hides that it does; and what calls a regular expression by name. */
const REFUSED: Readonly<Record<string, string>> = {
  random: 'the same event must give the same body each time',
  shuffle: 'the same event must give the same body each time',
  now: 'the same event must give the same body each time: use createdAt',
  millis: 'the same event must give the same body each time: use createdAt',
  eval: 'an expression is checked before it runs',
};

interface Node {
  type?: string;
  value?: unknown;
  position?: number;
}

/** What is wrong with a transformation, as it reads after the name of the field; undefined when nothing is. */
export function checkTransformation(expression: string): string | undefined {
  if (expression.length > MAX_TRANSFORMATION_LENGTH)
    return `must be at most ${MAX_TRANSFORMATION_LENGTH} characters long`;
  try {
    const tree = jsonata(expression).ast() as object;
    for (const node of nodesOf(tree)) {
      const reason = node.type === 'variable' ? REFUSED[String(node.value)] : undefined;
      if (reason !== undefined)
        return `must not use $${String(node.value)}: ${reason} (character ${node.position ?? 1})`;
    }
    return undefined;
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    const where = position === undefined ? '' : ` (character ${position})`;
    return `must be a JSONata expression: ${message ?? 'it is nested too deeply'}${where}`;
  }
}

/** The paths of fields that a transformation names, from the event down: `data.revenue`. */
export function referencesOf(expression: string): string[] {
  const paths = [...nodesOf(jsonata(expression).ast() as object)].flatMap((node) => {
    const steps = (node as { steps?: Node[] }).steps;
    if (node.type !== 'path' || steps === undefined) return [];
    const names = steps.map(({ type, value }) => (type === 'name' ? String(value) : ''));
    const end = names.indexOf('');
    return [names.slice(0, end === -1 ? names.length : end).join('.')];
  });
  return [...new Set(paths.filter((path) => path !== ''))];
}

function* nodesOf(value: object): Generator<Node> {
  if ('type' in value) yield value as Node;
  for (const part of Object.values(value))
    if (typeof part === 'object' && part !== null) yield* nodesOf(part as object);
}
