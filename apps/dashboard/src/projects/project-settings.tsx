import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMay } from '../access/use-may.ts';
import { answerOf, api } from '../api/client.ts';
import { projectQuery } from '../api/session.ts';
import { ConfirmByName } from '../ui/confirm-by-name.tsx';
import { IdText } from '../ui/id-text.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Section } from '../ui/section.tsx';
import { Contacts } from './contacts.tsx';
import { RenameForm } from './rename-form.tsx';

const route = getRouteApi('/projects/$projectId/settings');

interface ProjectProps {
  project: { id: string; name: string; tenantId: string };
}

/** A project's name and its end. */
export function ProjectSettings() {
  const { projectId } = route.useParams();
  const { data: project } = useQuery(projectQuery(projectId));
  const may = useMay(projectId);
  if (!project) return null;
  return (
    <>
      <PageHeader
        title="Settings"
        description={
          <>
            Project <IdText id={project.id} label="Copy project id" />
          </>
        }
      />
      <Section title="General">
        {may('projects:write') ? (
          <Rename project={project} />
        ) : (
          <Text size="sm">{project.name}. Owners and admins may rename it.</Text>
        )}
      </Section>
      <Section
        title="Contacts"
        description="They are told by e-mail when a destination fails, is disabled or works again, and when a delivery has failed for good."
      >
        <Contacts projectId={projectId} />
      </Section>
      {may('projects:delete') && (
        <Section title="Delete this project">
          <Delete project={project} />
        </Section>
      )}
    </>
  );
}

function Rename({ project }: ProjectProps) {
  const queries = useQueryClient();
  const rename = useMutation({
    mutationFn: (name: string) =>
      answerOf(
        api.PATCH('/v1/projects/{projectId}', {
          params: { path: { projectId: project.id } },
          body: { name },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: projectQuery(project.id).queryKey }),
        queries.invalidateQueries({ queryKey: ['tenant', project.tenantId] }),
      ]),
  });
  return (
    <RenameForm
      name={project.name}
      isBusy={rename.isPending}
      isSaved={rename.isSuccess}
      error={rename.error}
      onRename={(name) => rename.mutate(name)}
    />
  );
}

function Delete({ project }: ProjectProps) {
  const [isAsking, { open, close }] = useDisclosure(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () =>
      answerOf(api.DELETE('/v1/projects/{projectId}', { params: { path: { projectId: project.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['tenant', project.tenantId] });
      await navigate({ to: '/tenants/$tenantId', params: { tenantId: project.tenantId } });
      queries.removeQueries({ queryKey: ['project', project.id] });
    },
  });
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        Its webhooks and API keys stop at once; its events, deliveries and rows of the warehouse are erased.
      </Text>
      <Button variant="outline" color="var(--hub-bad)" onClick={open}>
        Delete project
      </Button>
      <ConfirmByName
        isOpen={isAsking}
        title="Delete this project?"
        name={project.name}
        action="Delete project"
        isBusy={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate()}
      >
        <b>{project.name}</b> and all that it holds are gone: webhooks with their secrets, API keys, events,
        deliveries. This cannot be undone.
      </ConfirmByName>
    </>
  );
}
