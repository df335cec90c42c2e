import { Button, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconPlus } from '@tabler/icons-react';
import { NotAllowed } from '../access/not-allowed.tsx';
import { useMay } from '../access/use-may.ts';
import { apiKeysQuery } from '../api/tenant-queries.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { CreateKey } from './create-key.tsx';
import { KeyTable } from './key-table.tsx';

const route = getRouteApi('/projects/$projectId/api-keys');

/** The API keys of a project. */
export function ApiKeysPage() {
  const { projectId } = route.useParams();
  const may = useMay(projectId);
  const [isCreating, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHeader
        title="API keys"
        description="For programs that publish events or call the API of this project."
        actions={
          may('keys:write') && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
              Create API key
            </Button>
          )
        }
      />
      {may('keys:read') ? (
        <Keys projectId={projectId} mayWrite={may('keys:write')} onCreate={open} />
      ) : (
        <NotAllowed who="Owners, admins and developers">see and create API keys</NotAllowed>
      )}
      <CreateKey projectId={projectId} isOpen={isCreating} onClose={close} />
    </>
  );
}

interface KeysProps {
  projectId: string;
  mayWrite: boolean;
  onCreate: () => void;
}

function Keys({ projectId, mayWrite, onCreate }: KeysProps) {
  const { data, error, refetch } = useQuery(apiKeysQuery(projectId));
  if (error) return <ProblemAlert error={error} onRetry={refetch} />;
  if (!data) return <Skeleton h={220} aria-busy aria-label="Loading" />;
  if (data.items.length > 0) return <KeyTable projectId={projectId} keys={data.items} mayWrite={mayWrite} />;
  return (
    <EmptyState
      title="No API key yet"
      actions={mayWrite && <Button onClick={onCreate}>Create API key</Button>}
    >
      A program needs one to publish events with POST /v1/events, or to manage webhooks. Give each program its
      own, with no more than it needs: then you can revoke one without stopping the others.
    </EmptyState>
  );
}
