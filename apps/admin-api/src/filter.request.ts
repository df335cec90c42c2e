import { checkFilter, MAX_FILTER_LENGTH } from '#filters';
import { invalid } from '#service';
import { z } from 'zod';

/** The filter of a destination of any kind; whether it fits the event types is looked at with them. */
export const filter = z
  .string()
  .trim()
  .min(1)
  .max(MAX_FILTER_LENGTH)
  .nullable()
  .describe(
    'A CEL expression over `type`, `data`, `createdAt`, `id`, `projectId`, `tenantId`: of the event types only events for which it is true are taken. Null for all.',
  );

/** Refuses a filter that cannot be compiled, or names what no event of the types has. */
export function requireFittingFilter({
  filter: expression,
  eventTypes,
}: {
  filter?: string | null;
  eventTypes: readonly string[];
}): void {
  if (expression == null) return;
  const problem = checkFilter(expression, eventTypes);
  if (problem !== undefined) throw invalid([{ field: 'filter', rule: problem.rule }]);
}
