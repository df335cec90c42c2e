import { Box, Group, Menu, Text, UnstyledButton } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { IconCheck, IconPlus, IconSelector } from '@tabler/icons-react';
import { Fragment } from 'react';
import { meQuery, projectQuery, projectsQuery } from '../api/session.ts';

/** Which project this is, and the way to the others. */
export function ProjectSwitcher({ projectId }: { projectId: string }) {
  const { data: project } = useQuery(projectQuery(projectId));
  const { data: me } = useQuery(meQuery);
  const tenants = me?.tenants ?? [];
  const tenant = tenants.find(({ id }) => id === project?.tenantId);
  return (
    <Menu position="bottom-start" width={260} shadow="md">
      <Menu.Target>
        <UnstyledButton className="hub-switcher">
          <Group gap="xs" wrap="nowrap" justify="space-between">
            <Box miw={0}>
              <span className="hub-hidden">Change project</span>
              <Text size="xs" c="dimmed" truncate>
                {tenant?.name ?? ' '}
              </Text>
              <Text size="sm" fw={600} truncate>
                {project?.name ?? ' '}
              </Text>
            </Box>
            <IconSelector size={16} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Projects tenants={tenants} current={projectId} />
        {tenant && (
          <>
            <Menu.Divider />
            <Menu.Item
              component={Link}
              to={`/tenants/${tenant.id}`}
              leftSection={<IconPlus size={15} aria-hidden />}
            >
              {tenant.permissions.includes('projects:write') ? 'New project, all projects' : 'All projects'}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Projects({ tenants, current }: { tenants: { id: string; name: string }[]; current: string }) {
  const navigate = useNavigate();
  const answers = useQueries({ queries: tenants.map(({ id }) => projectsQuery(id)) });
  return tenants.map((tenant, index) => (
    <Fragment key={tenant.id}>
      <Menu.Label>{tenant.name}</Menu.Label>
      {(answers[index]?.data ?? []).map(({ id, name }) => (
        <Menu.Item
          key={id}
          rightSection={id === current ? <IconCheck size={14} aria-label="current" /> : null}
          onClick={() => void navigate({ to: '/projects/$projectId', params: { projectId: id } })}
        >
          {name}
        </Menu.Item>
      ))}
    </Fragment>
  ));
}
