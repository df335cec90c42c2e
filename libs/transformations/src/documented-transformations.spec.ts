import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { checkTransformation } from './check-transformation.ts';
import { Transformer } from './transformer.ts';

const page = readFileSync(new URL('../../../docs/transformations.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([^\n]+?)` +\| [a-z]/gm)].map(([, text = '']) =>
  text.replaceAll('\\|', '|'),
);
const body = {
  ...{
    id: 'e',
    type: 'experiment.conversion',
    projectId: 'p',
    tenantId: 't',
    createdAt: '2025-06-09T12:00:00.000Z',
  },
  data: { revenue: 120, currency: 'EUR', url: 'https://shop.example', payload: { plan: 'pro' } },
};
const transformer = new Transformer({ timeoutMs: 5_000 });
afterAll(() => transformer.close());

describe('docs/transformations.md', () => {
  it('has examples', () => {
    expect(rows.length).toBeGreaterThan(5);
  });

  it.each(rows)('may say %s', async (expression) => {
    expect(checkTransformation(expression)).toBeUndefined();
    const made = await transformer.run(expression, Buffer.from(JSON.stringify(body)));
    expect(made.kind).toBe('transformed');
    if (made.kind === 'transformed')
      expect(Object.keys(JSON.parse(made.body.toString()) as object)).not.toEqual([]);
  });
});
