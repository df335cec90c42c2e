import { ApiProblem } from '../api/client.ts';

/** The rule of the API that a field breaks, whichever part of it does. */
export function refusalOf(error: Error | null, field: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  return error.errors.find((each) => each.field.split(/[.[]/)[0] === field)?.rule;
}
