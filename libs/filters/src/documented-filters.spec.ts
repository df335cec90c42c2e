import { readFileSync } from 'node:fs';
import { findEventType, matchesEventType, EVENT_TYPES } from '#events';
import { describe, expect, it } from 'vitest';
import { checkFilter } from './check-filter.ts';
import { Filter } from './filter.ts';

const page = readFileSync(new URL('../../../docs/filters.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([^\n]+?)` +\| (`[^|]+`) +\|/gm)].map(([, filter = '', types = '']) => ({
  filter: filter.replaceAll('\\|', '|'),
  eventTypes: [...types.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
}));

describe('docs/filters.md', () => {
  it('has examples', () => {
    expect(rows.length).toBeGreaterThan(8);
  });

  it.each(rows)('may say $filter of $eventTypes', ({ filter, eventTypes }) => {
    expect(checkFilter(filter, eventTypes)).toBeUndefined();
    for (const type of EVENT_TYPES.filter((each) => matchesEventType(eventTypes, each))) {
      const ids = { id: 'e', projectId: 'p', tenantId: 't', createdAt: '2025-06-09T12:00:00.000Z' };
      const data = { ...findEventType(type)?.example, payload: { plan: 'free' }, comment: 'x', revenue: 50 };
      expect(new Filter(filter).judge({ ...ids, type, data }).kind).not.toBe('failed');
    }
  });
});
