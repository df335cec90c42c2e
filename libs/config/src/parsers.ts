import { z } from 'zod';

const DURATION_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SIZE_BYTES: Record<string, number> = { b: 1, kb: 1_024, mb: 1_048_576, gb: 1_073_741_824 };

function scaled(units: Record<string, number>, rule: string, text: string, ctx: z.RefinementCtx): number {
  const match = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text.trim().toLowerCase());
  const unit = match?.[2] === undefined ? undefined : units[match[2]];
  if (match === null || unit === undefined) {
    ctx.addIssue({ code: 'custom', message: rule });
    return z.NEVER;
  }
  return Math.round(Number(match[1]) * unit);
}

const DURATION_RULE = 'must be a duration such as 500ms, 30s, 5m, 1h';

/** `30s` → 30000. Units: ms, s, m, h, d. */
export const duration = () =>
  z.string().transform((text, ctx) => scaled(DURATION_MS, DURATION_RULE, text, ctx));

/** `256kb` → 262144. Units: b, kb, mb, gb (1024-based). */
export const size = () =>
  z.string().transform((text, ctx) => scaled(SIZE_BYTES, 'must be a size such as 16kb or 1mb', text, ctx));

/** `a, b` → `['a', 'b']`; empty text is an empty list. */
export const list = () =>
  z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

/** `1m,5m` → `[{ name: '1m', ms: 60000 }, { name: '5m', ms: 300000 }]`; the names become topic names. */
export const delays = () =>
  list().transform((names, ctx) =>
    names.map((name) => ({
      name,
      ms: scaled(DURATION_MS, `${DURATION_RULE}, separated by commas`, name, ctx),
    })),
  );

/** `true`, `false`, `1`, `0`, `yes`, `no`, `on`, `off`. */
export const flag = () => z.stringbool();

/** A whole number within bounds. */
export const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** How many of something there may be; 0 for as many as one likes. */
export const cap = (most: number, description: string) =>
  whole(0, 1_000_000).default(most).describe(description);

/** `https://hub.example.com/` → `https://hub.example.com`, to which paths are appended. */
export const withoutSlash = (url: string) => url.replace(/\/+$/, '');
