import { Skeleton, Text } from '@mantine/core';
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { call, meQuery, projectsQuery, type Me, type Project } from '../api/session.ts';
import { EntryCard } from './entry-card.tsx';
import { FieldForm } from './field-form.tsx';

/** Leads to the first project; where there is none, makes one. */
export function StartPage() {
  const { data: me } = useQuery(meQuery);
  const answers = useQueries({ queries: (me?.tenants ?? []).map(({ id }) => projectsQuery(id)) });
  const first = answers.flatMap(({ data }) => data?.items ?? [])[0];
  if (first) return <Navigate to="/projects/$projectId" params={{ projectId: first.id }} replace />;
  const isLoading = !me || answers.some(({ isPending }) => isPending);
  if (isLoading)
    return (
      <EntryCard title="One moment…">
        <Skeleton h={80} />
      </EntryCard>
    );
  const tenant = me.tenants.find(({ permissions }) => permissions.includes('projects:write'));
  if (tenant) return <CreateProject tenant={tenant} />;
  return (
    <EntryCard title="No project yet">
      <Text size="sm">
        You are not a member of a company with a project. Ask whoever runs this hub to invite you.
      </Text>
    </EntryCard>
  );
}

function CreateProject({ tenant }: { tenant: Me['tenants'][number] }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (body: { name: string }) => call<Project>('POST', `/v1/tenants/${tenant.id}/projects`, body),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['tenant', tenant.id] });
      await navigate({ to: '/projects/$projectId', params: { projectId: id } });
    },
  });
  return (
    <EntryCard
      title="Create your first project"
      lead="One website or application, which owns webhooks and events."
    >
      <FieldForm
        fields={[{ name: 'name', label: 'Name', description: 'For example shop.example.com' }]}
        action="Create project"
        isBusy={create.isPending}
        error={create.error}
        onSubmit={(values) => create.mutate(values)}
      />
    </EntryCard>
  );
}
