import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import type { ClaimRow } from './claim.ts';
import { EventIdStore } from './event-id.store.ts';

let test: TestDatabase;
let store: EventIdStore;
beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
  store = new EventIdStore(test.database);
});
afterAll(() => test?.drop());

const digest = (text: string) => createHash('sha256').update(text).digest();
const row = (fields: Partial<ClaimRow> = {}): ClaimRow => ({
  projectId: randomUUID(),
  id: randomUUID(),
  bodyHash: digest('a'),
  ...fields,
});
const open = { kind: 'open', createdAtMs: expect.any(Number) };

describe('the store of event ids', () => {
  it('keeps an id open until it is published, always with the time of its first claim', async () => {
    const one = row();
    const [first] = await store.claim([one]);
    expect(first).toEqual(open);
    expect(await store.claim([one])).toEqual([first]);
    await store.markPublished([one]);
    expect(await store.claim([one])).toEqual([{ kind: 'published' }]);
    await store.markPublished([one]);
    expect(await store.claim([one])).toEqual([{ kind: 'published' }]);
  });

  it('tells other contents under the same id, published or not', async () => {
    const one = row();
    const other = { ...one, bodyHash: digest('b') };
    await store.claim([one]);
    expect(await store.claim([other])).toEqual([{ kind: 'conflict' }]);
    await store.markPublished([one]);
    expect(await store.claim([other, one])).toEqual([{ kind: 'conflict' }, { kind: 'published' }]);
  });

  it('gives each project its own ids', async () => {
    const one = row();
    await store.claim([one]);
    expect(await store.claim([{ ...row({ id: one.id }), bodyHash: digest('b') }])).toEqual([open]);
  });

  it('answers each of a batch in order; the first with an id owns it', async () => {
    const [a, b] = [row(), row()];
    const claims = await store.claim([a, b, { ...a, bodyHash: digest('b') }, a]);
    expect(claims).toEqual([open, open, { kind: 'conflict' }, claims[0]]);
  });

  it('gives an id to one of several that claim it at the same time', async () => {
    const one = row();
    const rivals = Array.from({ length: 4 }, (_, index) => ({ ...one, bodyHash: digest(`${index}`) }));
    const answers = await Promise.all(rivals.map((rival) => store.claim([rival])));
    const kinds = answers.flat().map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['conflict', 'conflict', 'conflict', 'open']);
  });

  it('takes batches that overlap in opposite orders without a deadlock', async () => {
    const rows = Array.from({ length: 200 }, () => row());
    const answers = await Promise.all([store.claim(rows), store.claim(rows.toReversed())]);
    expect(answers.flat().every(({ kind }) => kind === 'open')).toBe(true);
    await Promise.all([store.markPublished(rows), store.markPublished(rows.toReversed())]);
  });

  it('marks what it never saw as little as it claims nothing', async () => {
    await store.markPublished([row()]);
    expect(await store.claim([])).toEqual([]);
  });
});
