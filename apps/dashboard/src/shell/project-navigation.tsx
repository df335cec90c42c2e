import { Box } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  IconActivity,
  IconBolt,
  IconBook2,
  IconBuilding,
  IconDatabase,
  IconHistory,
  IconKey,
  IconRadar,
  IconSend,
  IconSettings,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react';
import { useMay } from '../access/use-may.ts';
import { projectQuery } from '../api/session.ts';
import { NavGroup, NavLink } from './nav-group.tsx';

const EXACT = { exact: true, includeSearch: false };
const BELOW = { exact: false, includeSearch: false };

/** The pages of a project, and of the company that it belongs to. */
export function ProjectNavigation({ projectId }: { projectId: string }) {
  const { data: project } = useQuery(projectQuery(projectId));
  const may = useMay(projectId);
  const to = { params: { projectId }, activeOptions: BELOW };
  return (
    <Box mt="sm">
      <NavGroup label="Project">
        <NavLink to="/projects/$projectId" {...to} activeOptions={EXACT} icon={IconActivity}>
          Overview
        </NavLink>
        <NavLink to="/projects/$projectId/webhooks" {...to} icon={IconWebhook}>
          Webhooks
        </NavLink>
        <NavLink to="/projects/$projectId/deliveries" {...to} icon={IconSend}>
          Deliveries
        </NavLink>
        <NavLink to="/projects/$projectId/events" {...to} icon={IconBolt}>
          Events
        </NavLink>
        <NavLink to="/projects/$projectId/warehouse" {...to} icon={IconDatabase}>
          Warehouse
        </NavLink>
      </NavGroup>
      <NavGroup label="Build">
        <NavLink to="/projects/$projectId/event-types" {...to} icon={IconBook2}>
          Event catalogue
        </NavLink>
        <NavLink to="/projects/$projectId/inspector" {...to} icon={IconRadar}>
          Inspector
        </NavLink>
        {may('keys:read') && (
          <NavLink to="/projects/$projectId/api-keys" {...to} icon={IconKey}>
            API keys
          </NavLink>
        )}
        <NavLink to="/projects/$projectId/settings" {...to} icon={IconSettings}>
          Settings
        </NavLink>
      </NavGroup>
      {project && <CompanyGroup tenantId={project.tenantId} withAudit={may('audit:read')} />}
    </Box>
  );
}

/** The pages of a company. */
export function CompanyGroup({
  tenantId,
  withAudit,
  label = 'Company',
}: {
  tenantId: string;
  withAudit: boolean;
  label?: string;
}) {
  const params = { tenantId };
  return (
    <NavGroup label={label}>
      <NavLink to="/tenants/$tenantId" params={params} activeOptions={EXACT} icon={IconBuilding}>
        Projects
      </NavLink>
      <NavLink to="/tenants/$tenantId/members" params={params} activeOptions={BELOW} icon={IconUsers}>
        Members
      </NavLink>
      {withAudit && (
        <NavLink to="/tenants/$tenantId/audit-log" params={params} activeOptions={BELOW} icon={IconHistory}>
          Audit log
        </NavLink>
      )}
    </NavGroup>
  );
}
