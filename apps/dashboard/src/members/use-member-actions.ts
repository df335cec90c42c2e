import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answerOf, api } from '../api/client.ts';
import { meQuery } from '../api/session.ts';
import type { Role } from '../api/types.ts';

/** Changing the role of members, and removing them. */
export function useMemberActions(tenantId: string) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  // One's own role decides what the pages offer.
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['tenant', tenantId] }),
      queries.invalidateQueries({ queryKey: meQuery.queryKey }),
    ]);
  const change = useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: Role }) =>
      answerOf(
        api.PATCH('/v1/tenants/{tenantId}/members/{userId}', {
          params: { path: { tenantId, userId } },
          body: { role },
        }),
      ),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: ({ userId }: { userId: string; isSelf: boolean }) =>
      answerOf(
        api.DELETE('/v1/tenants/{tenantId}/members/{userId}', { params: { path: { tenantId, userId } } }),
      ),
    onSuccess: async (_nothing, { isSelf }) => {
      // Who left sees nothing more here: their place goes before its data.
      if (isSelf) await navigate({ to: '/' });
      await refresh();
    },
  });
  return { change, remove };
}
