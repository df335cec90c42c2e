import { Button, Modal, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconPlus } from '@tabler/icons-react';
import { useMayInTenant, useMembership } from '../access/use-may.ts';
import { answerOf, api } from '../api/client.ts';
import { meQuery, projectsQuery } from '../api/session.ts';
import { CreateProject } from '../projects/create-project.tsx';
import { ProjectTable } from '../projects/project-table.tsx';
import { RenameForm } from '../projects/rename-form.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Section } from '../ui/section.tsx';

const route = getRouteApi('/settings/tenants/$tenantId');

/** A company: its projects and its name. */
export function TenantPage() {
  const { tenantId } = route.useParams();
  const membership = useMembership(tenantId);
  const may = useMayInTenant(tenantId);
  const [isCreating, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHeader
        title="Projects"
        description={`The websites and applications of ${membership?.name ?? 'this company'}. Each has webhooks, events and API keys of its own.`}
        actions={
          may('projects:write') && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
              Create project
            </Button>
          )
        }
      />
      <Projects tenantId={tenantId} />
      {may('tenant:write') && membership && (
        <Section title="Name of the company" description="As members and the audit log see it.">
          <Rename tenantId={tenantId} name={membership.name} />
        </Section>
      )}
      <Modal opened={isCreating} onClose={close} title="Create project">
        <CreateProject tenantId={tenantId} />
      </Modal>
    </>
  );
}

function Projects({ tenantId }: { tenantId: string }) {
  const { data, error, refetch } = useQuery(projectsQuery(tenantId));
  if (error) return <ProblemAlert error={error} onRetry={refetch} />;
  if (!data) return <Skeleton h={160} mb="xl" aria-busy aria-label="Loading" />;
  if (data.length > 0) return <ProjectTable projects={data} />;
  return (
    <EmptyState title="No project yet">
      A project is one website or application. Create one to get webhooks and events.
    </EmptyState>
  );
}

function Rename({ tenantId, name }: { tenantId: string; name: string }) {
  const queries = useQueryClient();
  const rename = useMutation({
    mutationFn: (next: string) =>
      answerOf(api.PATCH('/v1/tenants/{tenantId}', { params: { path: { tenantId } }, body: { name: next } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
  return (
    <RenameForm
      name={name}
      isBusy={rename.isPending}
      isSaved={rename.isSuccess}
      error={rename.error}
      onRename={(next) => rename.mutate(next)}
    />
  );
}
