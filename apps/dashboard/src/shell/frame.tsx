import { AppShell, Box, Burger, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useLocation } from '@tanstack/react-router';
import { Suspense, useEffect, type ReactNode } from 'react';
import { AccountMenu } from './account-menu.tsx';

/** Around every page of somebody who is signed in: where to go on the left, above it on a phone. */
export function Frame({ children }: { children: ReactNode }) {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  // On a phone the navigation covers the page: it goes when it has led somewhere.
  useEffect(() => close(), [pathname, close]);
  return (
    <AppShell
      layout="alt"
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 236, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
    >
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="md" gap="sm">
          <Burger opened={isOpen} onClick={toggle} size="sm" aria-label="Navigation" aria-expanded={isOpen} />
          <Text fw={600}>Ttoolab Hub</Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" className="hub-sunken" aria-label="Main">
        <Stack justify="space-between" h="100%" gap="xs">
          <Box style={{ overflowY: 'auto' }}>
            <Group hiddenFrom="sm" mb="xs">
              <Burger opened={isOpen} onClick={toggle} size="sm" aria-label="Close navigation" />
            </Group>
            {children}
          </Box>
          <AccountMenu />
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Box maw={1200} mx="auto" px={{ base: 'md', sm: 'xl' }} py="lg">
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}

/** While the code of a page is on its way: about as tall as what comes. */
function PageSkeleton() {
  return (
    <Stack aria-busy aria-label="Loading">
      <Skeleton h={28} w={220} />
      <Skeleton h={160} />
      <Skeleton h={260} />
    </Stack>
  );
}
