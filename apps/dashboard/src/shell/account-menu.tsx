import { Box, Group, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react';
import { api } from '../api/client.ts';
import { meQuery } from '../api/session.ts';

/** Who is signed in, and what is about them alone. */
export function AccountMenu() {
  const { data: me } = useQuery(meQuery);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const signOut = async () => {
    await api.POST('/v1/auth/sign-out').catch(() => undefined);
    queries.clear();
    await navigate({ to: '/sign-in' });
  };
  return (
    <Menu position="top-start" width={230} shadow="md">
      <Menu.Target>
        <UnstyledButton className="hub-switcher">
          <Group gap="xs" wrap="nowrap">
            <Box className="hub-avatar" aria-hidden>
              {(me?.name ?? '?').slice(0, 1).toUpperCase()}
            </Box>
            <Box miw={0}>
              <span className="hub-hidden">Account</span>
              <Text size="sm" fw={500} truncate>
                {me?.name ?? ' '}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {me?.email ?? ' '}
              </Text>
            </Box>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/profile" leftSection={<IconUser size={15} />}>
          Profile
        </Menu.Item>
        <Menu.Divider />
        <SchemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const SCHEMES = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

function SchemeItems() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>Appearance</Menu.Label>
      {SCHEMES.map(({ value, label, icon: Symbol }) => (
        <Menu.Item
          key={value}
          leftSection={<Symbol size={15} />}
          aria-checked={colorScheme === value}
          role="menuitemradio"
          fw={colorScheme === value ? 600 : 400}
          onClick={() => setColorScheme(value)}
        >
          {label}
        </Menu.Item>
      ))}
    </>
  );
}
