import { Box, Text } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';

/** Links that belong together, under a name. */
export function NavGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box mb="md" role="group" aria-label={label}>
      <Text size="xs" fw={500} c="dimmed" px={10} mb={2} truncate aria-hidden>
        {label}
      </Text>
      {children}
    </Box>
  );
}

interface NavAnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  icon: Icon;
  ref?: Ref<HTMLAnchorElement>;
}

function NavAnchor({ icon: Symbol, children, ...anchor }: NavAnchorProps) {
  return (
    <a {...anchor} className="hub-nav-link">
      <Symbol size={17} stroke={1.6} aria-hidden />
      {children}
    </a>
  );
}

/** A link of the navigation. */
export const NavLink = createLink(NavAnchor);
