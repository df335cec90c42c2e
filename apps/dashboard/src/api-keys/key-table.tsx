import { Box, Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import { apiKeysQuery } from '../api/tenant-queries.ts';
import type { ApiKey } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { ConfirmByName } from '../ui/confirm-by-name.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

interface KeyTableProps {
  projectId: string;
  keys: readonly ApiKey[];
  mayWrite: boolean;
}

/** A row a key; revoked ones stay, so that a log that names one can be read. */
export function KeyTable({ projectId, keys, mayWrite }: KeyTableProps) {
  const [asked, setAsked] = useState<ApiKey>();
  return (
    <>
      <Box className="hub-card hub-table-scroll" tabIndex={0} role="region" aria-label="API keys">
        <table className="hub-table" style={{ minWidth: 760 }}>
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col" className="hub-wide">
                May
              </th>
              <th scope="col" className="hub-wide">
                Created
              </th>
              <th scope="col">Last use</th>
              <th scope="col">{mayWrite && <span className="hub-hidden">Actions</span>}</th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <KeyRow key={key.id} apiKey={key} onRevoke={mayWrite ? () => setAsked(key) : undefined} />
            ))}
          </tbody>
        </table>
      </Box>
      <Revoke projectId={projectId} apiKey={asked} onClose={() => setAsked(undefined)} />
    </>
  );
}

interface KeyRowProps {
  apiKey: ApiKey;
  onRevoke: (() => void) | undefined;
}

function KeyRow({ apiKey, onRevoke }: KeyRowProps) {
  const { name, prefix, scopes, createdAt, lastUsedAt, revokedAt } = apiKey;
  return (
    <tr data-faded={revokedAt !== null || undefined}>
      <td>
        <Text size="sm" fw={500}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" className="hub-mono">
          {prefix}…
        </Text>
      </td>
      <td className="hub-wide hub-cut">
        <Text size="xs" className={scopes.includes('*') ? undefined : 'hub-mono'}>
          {scopes.includes('*') ? 'everything that a key can' : scopes.join(', ')}
        </Text>
      </td>
      <td className="hub-wide">
        <RelativeTime at={createdAt} />
      </td>
      <td>
        {lastUsedAt === null ? (
          <Text span size="sm" c="dimmed">
            never
          </Text>
        ) : (
          <RelativeTime at={lastUsedAt} />
        )}
      </td>
      <td style={{ textAlign: 'right' }}>
        {revokedAt !== null ? (
          <Badge tone="quiet">
            Revoked <RelativeTime at={revokedAt} />
          </Badge>
        ) : (
          onRevoke && (
            <Button variant="default" size="xs" onClick={onRevoke} aria-label={`Revoke ${name}`}>
              Revoke
            </Button>
          )
        )}
      </td>
    </tr>
  );
}

interface RevokeProps {
  projectId: string;
  apiKey: ApiKey | undefined;
  onClose: () => void;
}

function Revoke({ projectId, apiKey, onClose }: RevokeProps) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (keyId: string) =>
      answerOf(
        api.DELETE('/v1/projects/{projectId}/api-keys/{keyId}', { params: { path: { projectId, keyId } } }),
      ),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: apiKeysQuery(projectId).queryKey });
    },
  });
  return (
    <ConfirmByName
      isOpen={apiKey !== undefined}
      title="Revoke this API key?"
      name={apiKey?.name ?? ''}
      action="Revoke"
      isBusy={revoke.isPending}
      error={revoke.error}
      onClose={() => {
        revoke.reset();
        onClose();
      }}
      onConfirm={() => apiKey && revoke.mutate(apiKey.id)}
    >
      Programs that use <b>{apiKey?.name}</b> (<span className="hub-mono">{apiKey?.prefix}…</span>) are
      refused within 5 seconds, and what they publish is lost. This cannot be undone.
    </ConfirmByName>
  );
}
