import { expect, it } from 'vitest';
import { parseAuditFilters } from './audit-filters.ts';
import { ACTIONS, describeAction } from './describe-action.ts';

it.each([
  ['webhook.changed', 'changed the webhook'],
  ['api-key.created', 'created the API key'],
  ['member.deleted', 'removed the member'],
  ['person.signed_in', 'signed in'],
  ['something.new', 'something.new'],
])('%s reads: %s', (action, expected) => {
  expect(describeAction(action)).toBe(expected);
});

it('offers each action once, in words', () => {
  const labels = ACTIONS.map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
  expect(labels).toContain('Changed the webhook');
});

it('keeps what of an address is a filter', () => {
  expect(
    parseAuditFilters({
      action: 'webhook.changed',
      from: '2025-06-09T12:00:00Z',
      to: 'soon',
      limit: '5',
      actorId: 7,
    }),
  ).toEqual({ action: 'webhook.changed', from: '2025-06-09T12:00:00Z' });
});
