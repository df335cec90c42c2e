import { Button, Skeleton, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { NotAllowed } from '../access/not-allowed.tsx';
import { useMayInTenant, useMembership } from '../access/use-may.ts';
import { auditLogQuery } from '../api/tenant-queries.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { ShowOlder } from '../ui/show-older.tsx';
import { AuditFilterBar } from './audit-filter-bar.tsx';
import type { AuditFilters } from './audit-filters.ts';
import { AuditList } from './audit-list.tsx';

const route = getRouteApi('/settings/tenants/$tenantId/audit-log');

/** Who did what in a company, when and from where. */
export function AuditPage() {
  const { tenantId } = route.useParams();
  const membership = useMembership(tenantId);
  const may = useMayInTenant(tenantId);
  return (
    <>
      <PageHeader
        title="Audit log"
        description={`Every change in ${membership?.name ?? 'this company'}, and every sign-in. Entries never change.`}
      />
      {membership && !may('audit:read') ? (
        <NotAllowed who="Owners and admins">read the audit log</NotAllowed>
      ) : (
        <Entries tenantId={tenantId} />
      )}
    </>
  );
}

function Entries({ tenantId }: { tenantId: string }) {
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const onFilters = (search: AuditFilters) => void navigate({ search, replace: true });
  const list = useInfiniteQuery(auditLogQuery(tenantId, filters));
  const entries = list.data?.pages.flatMap(({ items }) => items);
  return (
    <Stack gap="sm">
      <AuditFilterBar tenantId={tenantId} filters={filters} onFilters={onFilters} />
      {list.error && <ProblemAlert error={list.error} onRetry={list.refetch} />}
      {!entries && !list.error && <Skeleton h={420} aria-busy aria-label="Loading" />}
      {entries?.length === 0 && (
        <EmptyState
          title="No entry matches"
          actions={
            <Button variant="default" onClick={() => onFilters({})}>
              Clear filters
            </Button>
          }
        >
          Nothing was done that fits these filters.
        </EmptyState>
      )}
      {entries && entries.length > 0 && <AuditList entries={entries} />}
      <ShowOlder list={list} />
    </Stack>
  );
}
