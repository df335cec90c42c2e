import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answerOf, api } from '../api/client.ts';

/** Enabling, disabling and deleting a destination of any kind. */
export function useDestinationActions(projectId: string, destinationId: string) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { projectId, destinationId } };
  const refresh = () => queries.invalidateQueries({ queryKey: ['project', projectId] });
  const enable = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/v1/projects/{projectId}/destinations/{destinationId}/enable', { params })),
    onSuccess: refresh,
  });
  const disable = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/v1/projects/{projectId}/destinations/{destinationId}/disable', { params })),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: () =>
      answerOf(api.DELETE('/v1/projects/{projectId}/destinations/{destinationId}', { params })),
    onSuccess: async () => {
      // Asking for what is gone would only show that it is gone, so its page goes first.
      await navigate({ to: '/projects/$projectId/webhooks', params: { projectId } });
      queries.removeQueries({ queryKey: ['project', projectId, 'webhook', destinationId] });
      queries.removeQueries({ queryKey: ['project', projectId, 'destination', destinationId] });
      return queries.invalidateQueries({ queryKey: ['project', projectId, 'destinations'] });
    },
  });
  return { enable, disable, remove };
}
