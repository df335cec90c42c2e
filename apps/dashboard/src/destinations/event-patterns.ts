import type { EventType } from '../api/types.ts';

/** Event types that share the part before the dot, which stands for all of them: `experiment.*`. */
export interface EventGroup {
  prefix: string;
  pattern: string;
  types: EventType[];
}

export const ALL = '*';

/** The groups to choose from. Tests reach every webhook, so nobody chooses them; the hub's own news are no part of `*`. */
export function groupTypes(types: readonly EventType[]): EventGroup[] {
  const groups = new Map<string, EventGroup>();
  for (const type of types) {
    const prefix = type.type.split('.')[0] ?? type.type;
    if (prefix === 'webhook' || type.isNews) continue;
    const group = groups.get(prefix) ?? { prefix, pattern: `${prefix}.*`, types: [] };
    group.types.push(type);
    groups.set(prefix, group);
  }
  return [...groups.values()];
}

/** Whether these patterns take an event type. */
export function matches(patterns: readonly string[], type: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === ALL ||
      pattern === type ||
      (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))),
  );
}

/** The patterns with a single type switched on or off. */
export function toggleType(patterns: readonly string[], type: string): string[] {
  return patterns.includes(type) ? patterns.filter((pattern) => pattern !== type) : [...patterns, type];
}

/** The patterns with a whole group switched on or off; its single types give way to it. */
export function toggleGroup(patterns: readonly string[], { pattern, types }: EventGroup): string[] {
  const own = new Set([pattern, ...types.map(({ type }) => type)]);
  const others = patterns.filter((each) => !own.has(each));
  return patterns.includes(pattern) ? others : [...others, pattern];
}
