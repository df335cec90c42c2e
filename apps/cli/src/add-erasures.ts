import { deleteProject, deleteTenant, erasureReports, eraseVisitor } from '#database';
import type { Command } from 'commander';
import { v7 as uuidV7 } from 'uuid';
import { require, uuid, type Show, type Surroundings } from './command-parts.ts';

/** Commands that forget: a visitor, a project, a tenant; and their reports. */
export function addErasures(program: Command, { database }: Surroundings, show: Show): void {
  const erasure = program.command('erasure').description('erasing of visitors, projects and tenants');
  const report = async (id: string) => show(await erasureReports(database(), { id }));
  erasure
    .command('visitor')
    .argument('<anonymousId>', 'the visitor', uuid)
    .requiredOption('--project <id>', 'project whose visitor it is', uuid)
    .description('erase what is stored of a visitor; print the id of the erasure')
    .action(async (anonymousId: string, { project }: { project: string }) => {
      const id = uuidV7();
      const isKnown = await eraseVisitor(database(), { id, projectId: project, anonymousId });
      require(isKnown, `There is no project ${project}.`);
      await report(id);
    });
  erasure
    .command('project')
    .argument('<id>', 'the project', uuid)
    .description('delete a project: its keys and webhooks at once, the rest by a job')
    .action(async (projectId: string) => {
      const id = uuidV7();
      require(await deleteProject(database(), { id, projectId }), `There is no project ${projectId}.`);
      await report(id);
    });
  erasure
    .command('tenant')
    .argument('<id>', 'the tenant', uuid)
    .description('delete a tenant with its projects, members and audit log')
    .action(async (tenantId: string) => {
      const id = uuidV7();
      require(await deleteTenant(database(), { id, tenantId }), `There is no tenant ${tenantId}.`);
      await report(id);
    });
  erasure
    .command('show')
    .argument('<id>', 'the erasure', uuid)
    .description('show how far an erasure is, and what it removed')
    .action(async (id: string) => {
      const reports = await erasureReports(database(), { id });
      require(reports.length > 0, `There is no erasure ${id}.`);
      show(reports);
    });
  erasure
    .command('list')
    .description('list the newest 100 erasures')
    .action(async () => show(await erasureReports(database(), {})));
}
