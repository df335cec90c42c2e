import createClient from 'openapi-fetch';
import type { paths } from './schema.ts';

/** A refusal of the API, with the fields that it names. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly errors: readonly { field: string; rule: string }[];

  constructor(status: number, detail: string, errors: readonly { field: string; rule: string }[] = []) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.errors = errors;
  }
}

/** The admin API, typed by its OpenAPI document. The session's cookie goes along by itself. */
export const api = createClient<paths>({ credentials: 'same-origin', fetch: fetchOrExplain });

/** What an API call gave. @throws ApiProblem for every refusal */
export async function answerOf<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw toProblem(response.status, error);
  return data as Data;
}

/** The refusal that a body tells of. */
export function toProblem(status: number, body: unknown): ApiProblem {
  const { detail, errors } = (typeof body === 'object' && body !== null ? body : {}) as {
    detail?: string;
    errors?: { field: string; rule: string }[];
  };
  return new ApiProblem(status, detail ?? `The server answered ${status}. Try again in a moment.`, errors);
}

async function fetchOrExplain(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    throw new ApiProblem(
      0,
      'The hub cannot be reached. Check your connection; this page tries again by itself.',
    );
  }
}
