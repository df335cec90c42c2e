import { brokenNameRule, brokenValueRule, MAX_CUSTOM_HEADERS } from '#webhooks';
import type { FieldError } from '#service';
import { z } from 'zod';

const TOO_MANY = `must have at most ${MAX_CUSTOM_HEADERS} headers`;

const NOT_FOR_ANOTHER =
  'must set anew, or take off with null, each header that the webhook has: the URL leads to another origin';

/** Why a change of headers was refused: the webhook has some that a new URL would disclose, or there would be too many. */
export function refusedHeaders(
  webhook: { url: string; headers: object },
  { url = webhook.url, headers = {} }: { url?: string; headers?: object | null },
): FieldError {
  const isElsewhere = new URL(url).origin !== new URL(webhook.url).origin;
  const isKept =
    headers !== null && Object.keys(webhook.headers).some((name) => !Object.hasOwn(headers, name));
  return { field: 'headers', rule: isElsewhere && isKept ? NOT_FOR_ANOTHER : TOO_MANY };
}

/** Headers of a new webhook; names come out in lower case. */
export const newHeaders = z
  .record(z.string(), z.string())
  .superRefine(explain)
  .transform(lowerCased)
  .describe(
    'Headers that each request carries, such as `Authorization`. Stored encrypted; answers show `********` in place of each value.',
  );

/** A change of headers: those named are set, or taken off with null; the others stay. Null takes off all. */
export const changedHeaders = z
  .record(z.string(), z.string().nullable())
  .superRefine(explain)
  .transform(lowerCased)
  .nullable()
  .describe(
    'Headers to set, or with null to take off; those not named stay as they are, unless `url` leads to another origin: then each must be named. Null in place of all takes off all.',
  );

function explain(headers: Readonly<Record<string, string | null>>, context: z.RefinementCtx): void {
  const refuse = (name: string, message: string | undefined) => {
    if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
  };
  const names = Object.keys(headers);
  if (names.length > MAX_CUSTOM_HEADERS) context.addIssue({ code: 'custom', message: TOO_MANY });
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    refuse(name, brokenNameRule(name) ?? (value === null ? undefined : brokenValueRule(value)));
    if (seen.has(name.toLowerCase())) refuse(name, 'is named twice: case does not count');
    seen.add(name.toLowerCase());
  }
}

function lowerCased<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
