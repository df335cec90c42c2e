import { Box } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** Pages of one thing, side by side. */
export function TabBar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box component="nav" className="hub-tabs" aria-label={label} mb="lg">
      {children}
    </Box>
  );
}

interface TabProps {
  to: string;
  params: Record<string, string>;
  /** Whether pages below it belong to other tabs. */
  isExact?: boolean;
  children: string;
}

/** One of them. */
export function Tab({ to, params, isExact = false, children }: TabProps) {
  return (
    <Link
      to={to}
      params={params}
      className="hub-tab"
      activeOptions={{ exact: isExact, includeSearch: false }}
    >
      {children}
    </Link>
  );
}
