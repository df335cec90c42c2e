import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { deleteProject, deleteTenant, erasureReports, eraseVisitor, sql } from '#database';
import { subjectOf } from '#delivery';
import { createLog } from '#log';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { ErasureStore } from './erasure.store.ts';
import { runErasures } from './run-erasures.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => test?.drop());

const log = createLog('test', { level: 'silent' });
const NONE = '00000000-0000-4000-8000-000000000000';

async function addProject(tenantId = randomUUID()) {
  const projectId = randomUUID();
  const { database } = test;
  await database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Acme') on conflict do nothing`);
  await database.run(
    sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop')`,
  );
  return { tenantId, projectId };
}

/** An event with one delivery and one attempt, as the recorder writes them. */
async function addEvent(
  { tenantId, projectId }: { tenantId: string; projectId: string },
  anonymousId: string,
) {
  const [id, deliveryId, destinationId] = [randomUUID(), randomUUID(), randomUUID()];
  const body = Buffer.from(JSON.stringify({ id, data: { anonymousId } }));
  const { database } = test;
  await database.run(sql`
    insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
    values (${id}, now(), ${tenantId}, ${projectId}, 'experiment.exposure', now(), ${body})`);
  await database.run(sql`
    insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, accepted_at)
    values (${deliveryId}, ${id}, ${destinationId}, ${tenantId}, ${projectId}, 'experiment.exposure', 'success', now())`);
  await database.run(sql`
    insert into attempts (delivery_id, number, started_at, event_id, event_type, tenant_id, project_id, destination_id,
      duration_ms, url, outcome, request_headers, response_headers, response_body, delivery_status)
    values (${deliveryId}, 1, now(), ${id}, 'experiment.exposure', ${tenantId}, ${projectId}, ${destinationId}, 1,
      'https://example.com/', 'delivered', '{}', '{}', ${body}, 'success')`);
  return id;
}

/** The figures that are kept of deliveries, which may be recorded after their destination is gone. */
async function addFigures({ tenantId, projectId }: { tenantId: string; projectId: string }) {
  const { database } = test;
  await database.run(sql`
    insert into traffic (tenant_id, project_id, destination_id, width_minutes, starts_at)
    values (${tenantId}, ${projectId}, ${randomUUID()}, 10, now())`);
  await database.run(sql`
    insert into destination_health (destination_id, tenant_id, project_id, enabled_epoch, consecutive_failures,
      last_attempt_at, last_failure_error)
    values (${randomUUID()}, ${tenantId}, ${projectId}, 1, 1, now(), 'refused')`);
}

/** A record that no stage could handle, and that holds a text. */
async function addLetter(text: string) {
  await test.database.run(sql`
    insert into dead_letters (id, topic, partition, record_offset, value, headers, reason, detail, failed_at)
    values (${randomUUID()}, 't', 0, 0, ${Buffer.from(`x${text}y`)}, '{}', 'HUB_EVENT_INVALID', '', now())`);
}

async function figuresLeft(projectIds: string[]) {
  return test.database.row<{ traffic: number; health: number }>(sql`
    select (select count(*) from traffic where project_id = any(${projectIds}::uuid[])) as traffic,
      (select count(*) from destination_health where project_id = any(${projectIds}::uuid[])) as health`);
}

/** How many rows of a project are left, and how many bytes anywhere hold a text. */
async function left(projectId: string) {
  return test.database.row<{ events: number; deliveries: number; attempts: number }>(sql`
    select (select count(*) from events where project_id = ${projectId}) as events,
      (select count(*) from deliveries where project_id = ${projectId}) as deliveries,
      (select count(*) from attempts where project_id = ${projectId}) as attempts`);
}

async function runUntilDone(id: string) {
  const options = { store: new ErasureStore(test.database), settleMs: -1_000, everyMs: 10 };
  const stop = runErasures({ ...options, erasures: { has: () => true }, now: () => new Date() }, log);
  const report = await eventually(async () => {
    const [found] = await erasureReports(test.database, { id });
    expect(found).toMatchObject({ status: 'done', progress: 1 });
    return found;
  });
  await stop();
  return report;
}

describe('the erasure of a visitor', () => {
  it('removes their events, deliveries and attempts, and nobody else’s', async () => {
    const [project, other] = [await addProject(), await addProject()];
    const visitor = randomUUID();
    const events = [await addEvent(project, visitor), await addEvent(project, visitor.toUpperCase())];
    await addEvent(project, NONE);
    await addEvent(other, visitor);
    await test.database
      .run(sql`insert into inspector_requests (tenant_id, project_id, headers, body, answer_status)
      values (${project.tenantId}, ${project.projectId}, '{}', ${Buffer.from(visitor)}, 200)`);
    await addLetter(visitor.toUpperCase());
    await addLetter(NONE);
    const id = randomUUID();
    expect(
      await eraseVisitor(test.database, { id, projectId: project.projectId, anonymousId: visitor }),
    ).toBe(true);
    const asked = await test.database.row<{ subject: Buffer; value: { subject: string } }>(sql`
      select subject, value from erasure_jobs j join outbox on key = j.id::text where j.id = ${id}`);
    expect(asked?.subject).toEqual(subjectOf(project.projectId, visitor));
    expect(JSON.stringify(asked?.value)).not.toContain(visitor);
    expect(await runUntilDone(id)).toMatchObject({
      removed: { events: 2, deliveries: 2, attempts: 2, others: 2 },
    });
    expect(await left(project.projectId)).toEqual({ events: 1, deliveries: 1, attempts: 1 });
    expect(await left(other.projectId)).toEqual({ events: 1, deliveries: 1, attempts: 1 });
    const kept = await test.database.row(sql`select 1 from erasure_jobs where anonymous_id is not null`);
    expect(kept).toBeUndefined();
    const noted = await test.database.rows<{ id: string }>(sql`select id from erased_events`);
    expect(noted.map((row) => row.id).toSorted()).toEqual(events.toSorted());
  });

  it('is refused for a project that does not exist', async () => {
    const unknown = { id: randomUUID(), projectId: randomUUID(), anonymousId: NONE };
    expect(await eraseVisitor(test.database, unknown)).toBe(false);
  });

  it('waits until the stages know of it and what was under way has ended', async () => {
    const project = await addProject();
    const id = randomUUID();
    await eraseVisitor(test.database, { id, projectId: project.projectId, anonymousId: NONE });
    const store = new ErasureStore(test.database);
    const never = async () => undefined;
    expect(await store.step(new Date(Date.now() - 60_000), never)).toBe(false);
    expect(await store.step(new Date(Date.now() + 1_000), never)).toBe(false);
    expect(await erasureReports(test.database, { id })).toMatchObject([{ status: 'waiting', progress: 0 }]);
    await runUntilDone(id);
  });
});

describe('the deletion', () => {
  it('of a project takes its keys and destinations at once, and its rows by a job', async () => {
    const [project, other] = [await addProject(), await addProject()];
    for (let n = 0; n < 3; n++) await addEvent(project, NONE);
    await addEvent(other, NONE);
    for (const each of [project, other]) await addFigures(each);
    const { projectId } = project;
    await test.database.run(
      sql`insert into event_ids (project_id, id, body_hash) values (${projectId}, ${randomUUID()}, 'x')`,
    );
    const id = randomUUID();
    expect(await deleteProject(test.database, { id, projectId })).toBe(true);
    expect(await test.database.row(sql`select 1 from projects where id = ${projectId}`)).toBeUndefined();
    expect(await runUntilDone(id)).toMatchObject({
      removed: { events: 3, deliveries: 3, attempts: 3, others: 3 },
    });
    expect(await left(projectId)).toEqual({ events: 0, deliveries: 0, attempts: 0 });
    expect(await left(other.projectId)).toEqual({ events: 1, deliveries: 1, attempts: 1 });
    expect(await figuresLeft([projectId])).toEqual({ traffic: 0, health: 0 });
    expect(await figuresLeft([other.projectId])).toEqual({ traffic: 1, health: 1 });
    expect(await deleteProject(test.database, { id: randomUUID(), projectId })).toBe(false);
  });

  it('of a tenant takes all its projects and its audit log', async () => {
    const first = await addProject();
    const second = await addProject(first.tenantId);
    await addEvent(first, NONE);
    await addEvent(second, NONE);
    for (const each of [first, second]) await addFigures(each);
    const id = randomUUID();
    expect(await deleteTenant(test.database, { id, tenantId: first.tenantId })).toBe(true);
    expect(await runUntilDone(id)).toMatchObject({ removed: { events: 2, deliveries: 2, attempts: 2 } });
    for (const { projectId } of [first, second])
      expect(await left(projectId)).toEqual({ events: 0, deliveries: 0, attempts: 0 });
    expect(await figuresLeft([first.projectId, second.projectId])).toEqual({ traffic: 0, health: 0 });
    const entry = await test.database.row(
      sql`select 1 from audit.entries where tenant_id = ${first.tenantId}`,
    );
    expect(entry).toBeUndefined();
  });
});
