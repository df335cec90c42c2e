import { describe, expect, it } from 'vitest';
import type { Erasure } from '#events';
import { sampleDelivery } from '../../../test/harness/pipeline-samples.ts';
import { Erasures, subjectOf } from './erasures.ts';

const VISITOR = '5f3c1f0e-6c1d-4f0a-9f57-2a1f7f0c9b3e';
const body = (anonymousId: string) => Buffer.from(JSON.stringify({ data: { anonymousId } }));
const delivery = sampleDelivery({ body: body(VISITOR) });
const { tenantId, projectId, acceptedAt } = delivery;
const erasure = (more: Partial<Erasure> = {}): Erasure => ({
  id: '0197a1b2-0000-7000-8000-0000000000f1',
  kind: 'visitor',
  tenantId,
  projectId,
  subject: subjectOf(projectId, VISITOR),
  requestedAt: acceptedAt,
  ...more,
});

function covers(more: Partial<Erasure>, what = delivery): boolean {
  const erasures = new Erasures();
  erasures.apply('e', erasure(more));
  return erasures.covers(what);
}

describe('an erasure', () => {
  it('of a visitor covers what was accepted until its request, in its project', () => {
    expect(covers({})).toBe(true);
    expect(covers({}, { ...delivery, body: body(VISITOR.toUpperCase()) })).toBe(true);
    expect(covers({ requestedAt: acceptedAt - 1 })).toBe(false);
    expect(covers({ projectId: tenantId })).toBe(false);
    expect(covers({}, { ...delivery, body: body('0197a1b2-0000-4000-8000-000000000001') })).toBe(false);
    expect(covers({}, { ...delivery, body: Buffer.from('{"data":{}}') })).toBe(false);
  });

  it('of a project or a tenant covers all that is theirs, whenever it was accepted', () => {
    const later = { ...delivery, acceptedAt: acceptedAt + 1_000_000 };
    expect(covers({ kind: 'project', subject: null }, later)).toBe(true);
    expect(covers({ kind: 'tenant', projectId: null, subject: null }, later)).toBe(true);
    expect(covers({ kind: 'project', subject: null, projectId: delivery.id })).toBe(false);
  });

  it('ends with its tombstone, and only it', () => {
    const erasures = new Erasures();
    erasures.apply('a', erasure());
    erasures.apply('b', erasure({ kind: 'project', subject: null, projectId: 'other' }));
    erasures.apply('a', undefined);
    expect(erasures.covers(delivery)).toBe(false);
    expect([erasures.has('a'), erasures.has('b')]).toEqual([false, true]);
    expect(erasures.hasOwner({ tenantId, projectId: 'other' })).toBe(true);
  });
});
