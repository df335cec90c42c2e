import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';

/** Enabling, disabling and deleting a webhook. */
export function useWebhookActions(projectId: string, webhookId: string) {
  const queries = useQueryClient();
  const params = { path: { projectId, webhookId } };
  const refresh = () => queries.invalidateQueries({ queryKey: ['project', projectId] });
  const enable = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/projects/{projectId}/webhooks/{webhookId}/enable', { params })),
    onSuccess: refresh,
  });
  const disable = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/projects/{projectId}/webhooks/{webhookId}/disable', { params })),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: () => answerOf(api.DELETE('/v1/projects/{projectId}/webhooks/{webhookId}', { params })),
    onSuccess: () => {
      // Asking for what is gone would only show that it is gone.
      queries.removeQueries({ queryKey: ['project', projectId, 'webhook', webhookId] });
      return queries.invalidateQueries({ queryKey: ['project', projectId, 'webhooks'] });
    },
  });
  return { enable, disable, remove };
}
