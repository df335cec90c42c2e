import { Skeleton, Text } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { meQuery, projectsQuery } from '../api/session.ts';
import { CreateProject } from '../projects/create-project.tsx';
import { lastProject } from '../shell/last-project.ts';
import { EntryCard } from './entry-card.tsx';

/** Leads to the first project; where there is none, makes one. */
export function StartPage() {
  const { data: me } = useQuery(meQuery);
  const answers = useQueries({ queries: (me?.tenants ?? []).map(({ id }) => projectsQuery(id)) });
  const isLoading = !me || answers.some(({ isPending }) => isPending);
  const all = answers.flatMap(({ data }) => data ?? []);
  const last = lastProject();
  const goal = all.find(({ id }) => id === last) ?? (isLoading ? undefined : all[0]);
  if (goal) return <Navigate to="/projects/$projectId" params={{ projectId: goal.id }} replace />;
  if (isLoading)
    return (
      <EntryCard title="One moment…">
        <Skeleton h={80} />
      </EntryCard>
    );
  const tenant = me.tenants.find(({ permissions }) => permissions.includes('projects:write'));
  if (tenant)
    return (
      <EntryCard
        title="Create your first project"
        lead="One website or application, which owns webhooks and events."
      >
        <CreateProject tenantId={tenant.id} />
      </EntryCard>
    );
  return (
    <EntryCard title="No project yet">
      <Text size="sm">
        You are not a member of a company with a project. Ask whoever runs this hub to invite you.
      </Text>
    </EntryCard>
  );
}
