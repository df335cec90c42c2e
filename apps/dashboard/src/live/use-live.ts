import { useQueryClient, type Query } from '@tanstack/react-query';
import { useEffect } from 'react';
import { follow } from './follow.ts';

type Topic = 'traffic' | 'webhooks' | 'inspector';

/** Which answers of the API change with what; each is the third part of its key. */
const CONCERNED: Readonly<Record<Topic, readonly string[]>> = {
  traffic: ['statistics', 'health', 'deliveries', 'delivery', 'events', 'event', 'held', 'replays'],
  webhooks: ['destinations', 'destination', 'webhook', 'health', 'deliveries', 'held', 'replays'],
  inspector: ['inspector'],
};
const ALL = new Set(Object.values(CONCERNED).flat());

/** Keeps what the page shows of a project as it is now. */
export function useLive(projectId: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    const refresh = (names: ReadonlySet<string>) =>
      void queries.invalidateQueries({ predicate: (query) => isOf(query, projectId, names) });
    return follow({
      open: () => new EventSource(`/v1/projects/${projectId}/live`),
      onChanged: (topics) =>
        refresh(new Set(topics.split(',').flatMap((topic) => CONCERNED[topic as Topic] ?? []))),
      onBack: () => refresh(ALL),
    });
  }, [projectId, queries]);
}

// A list that somebody has read on in stays as it is: rows that move under the eyes help nobody.
function isOf(query: Query, projectId: string, names: ReadonlySet<string>): boolean {
  const [scope, project, name] = query.queryKey;
  if (scope !== 'project' || project !== projectId || !names.has(String(name))) return false;
  const data = query.state.data as { pages?: unknown[] } | undefined;
  return (data?.pages?.length ?? 1) <= 1;
}
