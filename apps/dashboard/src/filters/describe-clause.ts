import type { FilterPreview } from '../api/types.ts';

type Clause = FilterPreview['matches'][number]['clauses'][number];

/** A clause with its outcome and the values that it saw: `data.revenue > 100 is false: data.revenue is 42`. */
export function describeClause({ expression, result, problem, values }: Clause): string {
  const outcome =
    result === null ? `has no answer${problem === null ? '' : ` (${problem})`}` : `is ${result}`;
  const seen = values.map((value) =>
    value.isMissing
      ? `${value.expression} is missing`
      : `${value.expression} is ${JSON.stringify(value.value)}`,
  );
  return `${expression} ${outcome}${seen.length === 0 ? '' : `: ${seen.join(', ')}`}`;
}
