import { EVENT_TYPES, NEWS_TYPES, isNewsType } from './catalogue.ts';

/**
 * Whether one of the patterns takes the event type: `*`, a prefix such as `experiment.*`, or the type itself. `*` stands
 * for the product's types; the hub's own news are taken by name or by prefix.
 */
export function matchesEventType(patterns: readonly string[], type: string): boolean {
  return patterns.some((pattern) => matches(pattern, type));
}

/** What is wrong with the patterns: those that no event type can ever match. */
export function validateEventTypePatterns(patterns: readonly string[]): { index: number; rule: string }[] {
  return patterns.flatMap((pattern, index) => {
    const isKnown = [...EVENT_TYPES, ...NEWS_TYPES].some((type) => matches(pattern, type));
    return isKnown
      ? []
      : [{ index, rule: `must match an event type, which ${JSON.stringify(pattern)} does not` }];
  });
}

function matches(pattern: string, type: string): boolean {
  if (pattern === '*') return !isNewsType(type);
  if (pattern === type) return true;
  return pattern.length > 2 && pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1));
}
