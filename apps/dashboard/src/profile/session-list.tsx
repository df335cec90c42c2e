import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import { sessionsQuery } from '../api/tenant-queries.ts';
import type { Session } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { describeBrowser } from './describe-browser.ts';

/** Where the person is signed in, and ending it there. */
export function SessionList() {
  const { data, error, refetch } = useQuery(sessionsQuery);
  const [ending, setEnding] = useState<Session>();
  if (error) return <ProblemAlert error={error} onRetry={refetch} />;
  if (!data) return <Skeleton h={120} aria-busy aria-label="Loading" />;
  return (
    <>
      <ul className="hub-card hub-plain-list">
        {data.items.map((session) => (
          <SessionItem key={session.id} session={session} onEnd={() => setEnding(session)} />
        ))}
      </ul>
      <EndSession session={ending} onClose={() => setEnding(undefined)} />
    </>
  );
}

function SessionItem({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const browser = describeBrowser(session.userAgent);
  return (
    <li>
      <div>
        <Group gap="xs">
          <Text size="sm" fw={500}>
            {browser}
          </Text>
          {session.isCurrent && <Badge tone="good">This browser</Badge>}
        </Group>
        <Text size="xs" c="dimmed">
          {session.ipAddress ?? 'unknown address'} · signed in <RelativeTime at={session.createdAt} /> · ends{' '}
          <RelativeTime at={session.expiresAt} />
        </Text>
      </div>
      {!session.isCurrent && (
        <Button
          variant="default"
          size="xs"
          onClick={onEnd}
          aria-label={`Sign out ${browser}, ${session.ipAddress ?? 'unknown address'}`}
        >
          Sign out
        </Button>
      )}
    </li>
  );
}

function EndSession({ session, onClose }: { session: Session | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: (sessionId: string) =>
      answerOf(api.DELETE('/v1/me/sessions/{sessionId}', { params: { path: { sessionId } } })),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  return (
    <Confirm
      isOpen={session !== undefined}
      title="Sign out there?"
      action="Sign out"
      isBusy={end.isPending}
      error={end.error}
      onClose={() => {
        end.reset();
        onClose();
      }}
      onConfirm={() => session && end.mutate(session.id)}
    >
      {describeBrowser(session?.userAgent ?? null)} at {session?.ipAddress ?? 'an unknown address'} is signed
      out at once. If you do not know it, change your password as well.
    </Confirm>
  );
}
