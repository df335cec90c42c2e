import { describe, expect, it } from 'vitest';
import type { Erasure } from '#events';
import { createLog } from '#log';
import { eventually } from '../../../test/harness/eventually.ts';
import { ErasureQueue } from './erasure-queue.ts';
import { digestOf, type Subject } from './subject.ts';

const log = createLog('test', { level: 'silent' });
const [TENANT, PROJECT] = ['0197a1b2-0000-7000-8000-0000000000a1', '0197a1b2-0000-7000-8000-0000000000b1'];
const erasure = (fields: Partial<Erasure>): Erasure => ({
  ...{ id: TENANT, kind: 'visitor', tenantId: TENANT, projectId: PROJECT, subject: null, requestedAt: 1_000 },
  ...fields,
});

describe('a queue of erasures', () => {
  it('carries out each in its order, and tries again what fails', async () => {
    const done: [Subject, Date][] = [];
    let failures = 1;
    const queue = new ErasureQueue(
      {
        erase: async (subject, until) => {
          if (failures-- > 0) throw new Error('away');
          done.push([subject, until]);
          return 1;
        },
      },
      log,
    );
    const digest = digestOf(PROJECT, 'x');
    queue.add(erasure({ subject: Buffer.from(digest, 'hex') }));
    queue.add(erasure({ kind: 'project' }));
    queue.add(erasure({ kind: 'tenant', projectId: null }));
    queue.add(erasure({ projectId: null }));
    await eventually(() => expect(done).toHaveLength(3));
    await queue.stop();
    const forever = new Date(Date.UTC(9999, 0));
    expect(done).toEqual([
      [{ kind: 'visitor', projectId: PROJECT, digest }, new Date(1_000)],
      [{ kind: 'project', projectId: PROJECT }, forever],
      [{ kind: 'tenant', tenantId: TENANT }, forever],
    ]);
  });
});
