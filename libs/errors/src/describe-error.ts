import { HubError } from './hub-error.ts';

/** An error with its causes as one line, fit for a log or a record header: `message: cause: cause`. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  while (current !== undefined && current !== null && parts.length < 5) {
    parts.push(oneLine(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return parts.join(': ');
}

function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = error instanceof HubError ? `[${error.code}] ` : '';
  return `${code}${error.message || error.name}`;
}
