import { Box, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMayInTenant, useMembership } from '../access/use-may.ts';
import { invitationsQuery, membersQuery } from '../api/tenant-queries.ts';
import type { Role } from '../api/types.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Section } from '../ui/section.tsx';
import { InvitationList } from './invitation-list.tsx';
import { InviteForm } from './invite-form.tsx';
import { MemberTable } from './member-table.tsx';
import { ROLES } from './roles.ts';

const route = getRouteApi('/settings/tenants/$tenantId/members');

/** Who belongs to a company, as what, and who is asked to. */
export function MembersPage() {
  const { tenantId } = route.useParams();
  const membership = useMembership(tenantId);
  const mayWrite = useMayInTenant(tenantId)('members:write');
  return (
    <>
      <PageHeader
        title="Members"
        description={`Who works in ${membership?.name ?? 'this company'}, in all its projects.`}
      />
      {mayWrite && (
        <Section title="Invite somebody" description="They get a link by e-mail, which works once.">
          <InviteForm tenantId={tenantId} own={membership?.role} />
        </Section>
      )}
      <Invitations tenantId={tenantId} mayWrite={mayWrite} />
      <Section title="Members">
        <Members tenantId={tenantId} own={membership?.role} />
      </Section>
      <Section title="What each role may do">
        <RoleList />
      </Section>
    </>
  );
}

function Members({ tenantId, own }: { tenantId: string; own: Role | undefined }) {
  const { data, error, refetch } = useQuery(membersQuery(tenantId));
  if (error) return <ProblemAlert error={error} onRetry={refetch} />;
  if (!data) return <Skeleton h={200} aria-busy aria-label="Loading" />;
  return <MemberTable tenantId={tenantId} members={data.items} own={own} />;
}

function Invitations({ tenantId, mayWrite }: { tenantId: string; mayWrite: boolean }) {
  const { data } = useQuery(invitationsQuery(tenantId));
  if (!data || data.items.length === 0) return null;
  return (
    <Section title="Open invitations">
      <InvitationList tenantId={tenantId} invitations={data.items} mayWrite={mayWrite} />
    </Section>
  );
}

function RoleList() {
  return (
    <Box className="hub-card" p="md">
      <dl className="hub-definition">
        {Object.values(ROLES).map(({ label, description }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Text size="sm">{description}</Text>
            </dd>
          </div>
        ))}
      </dl>
    </Box>
  );
}
