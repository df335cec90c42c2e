import { expect, it } from 'vitest';
import { explainRecipients, parseRecipients } from './recipients.ts';

it('takes lines, commas and semicolons', () => {
  expect(parseRecipients(' a@example.com\n\nb@example.com, c@example.com;')).toEqual([
    'a@example.com',
    'b@example.com',
    'c@example.com',
  ]);
});

it('tells of an address by itself, and not by its number', () => {
  const errors = [
    { field: 'name', rule: 'is required' },
    { field: 'recipients[1]', rule: 'has unsubscribed' },
  ];
  expect(explainRecipients(errors, ['a@example.com', 'b@example.com'])).toBe(
    'b@example.com has unsubscribed',
  );
  expect(explainRecipients([{ field: 'recipients', rule: 'must have 20 at most' }], [])).toBe(
    'must have 20 at most',
  );
  expect(explainRecipients([{ field: 'name', rule: 'is required' }], [])).toBeUndefined();
});
