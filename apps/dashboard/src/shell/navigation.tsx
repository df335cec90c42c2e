import { Box, Text } from '@mantine/core';
import {
  IconActivity,
  IconBolt,
  IconBook2,
  IconRadar,
  IconSend,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';

interface Entry {
  to: string;
  label: string;
  icon: Icon;
  isExact?: boolean;
}

const GROUPS: readonly { label: string; entries: readonly Entry[] }[] = [
  {
    label: 'Project',
    entries: [
      { to: '/projects/$projectId', label: 'Overview', icon: IconActivity, isExact: true },
      { to: '/projects/$projectId/webhooks', label: 'Webhooks', icon: IconWebhook },
      { to: '/projects/$projectId/deliveries', label: 'Deliveries', icon: IconSend },
      { to: '/projects/$projectId/events', label: 'Events', icon: IconBolt },
    ],
  },
  {
    label: 'Build',
    entries: [
      { to: '/projects/$projectId/event-types', label: 'Event catalogue', icon: IconBook2 },
      { to: '/projects/$projectId/inspector', label: 'Inspector', icon: IconRadar },
    ],
  },
];

/** The pages of a project. */
export function Navigation({ projectId }: { projectId: string }) {
  return (
    <Box mt="sm">
      {GROUPS.map(({ label, entries }) => (
        <Box key={label} mb="md" role="group" aria-label={label}>
          <Text size="xs" fw={500} c="dimmed" px={10} mb={2} aria-hidden>
            {label}
          </Text>
          {entries.map(({ to, label: name, icon: Symbol, isExact = false }) => (
            <Link
              key={to}
              to={to}
              params={{ projectId }}
              className="hub-nav-link"
              activeOptions={{ exact: isExact, includeSearch: false }}
            >
              <Symbol size={17} stroke={1.6} aria-hidden />
              {name}
            </Link>
          ))}
        </Box>
      ))}
    </Box>
  );
}
