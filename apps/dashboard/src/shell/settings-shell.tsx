import { useQuery } from '@tanstack/react-query';
import { IconArrowLeft, IconUser } from '@tabler/icons-react';
import { meQuery } from '../api/session.ts';
import { Frame } from './frame.tsx';
import { NavGroup, NavLink } from './nav-group.tsx';
import { CompanyGroup } from './project-navigation.tsx';

/** Around the pages that belong to no project: the person's own, and those of their companies. */
export function SettingsShell() {
  const { data: me } = useQuery(meQuery);
  return (
    <Frame>
      <NavGroup label="Ttoolab Hub">
        <NavLink to="/" activeOptions={{ exact: true }} icon={IconArrowLeft}>
          Back to the project
        </NavLink>
      </NavGroup>
      <NavGroup label="You">
        <NavLink to="/profile" icon={IconUser}>
          Profile
        </NavLink>
      </NavGroup>
      {me?.tenants.map(({ id, name, permissions }) => (
        <CompanyGroup key={id} tenantId={id} label={name} withAudit={permissions.includes('audit:read')} />
      ))}
    </Frame>
  );
}
