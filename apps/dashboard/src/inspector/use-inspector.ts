import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';
import { inspectorQuery } from '../api/queries.ts';
import type { Inspector } from '../api/types.ts';

/** What can be done with a project's inspector. */
export function useInspector(projectId: string) {
  const queries = useQueryClient();
  const params = { path: { projectId } };
  const keep = (inspector: Inspector) => queries.setQueryData(inspectorQuery(projectId).queryKey, inspector);
  const open = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/projects/{projectId}/inspector', { params })),
    onSuccess: keep,
  });
  const answerWith = useMutation({
    mutationFn: (answerStatus: Inspector['answerStatus']) =>
      answerOf(
        api.PATCH('/v1/projects/{projectId}/inspector', {
          params,
          body: { answerStatus: answerStatus as 200 },
        }),
      ),
    onSuccess: keep,
  });
  const clear = useMutation({
    mutationFn: () => answerOf(api.DELETE('/v1/projects/{projectId}/inspector/requests', { params })),
    onSuccess: () => queries.invalidateQueries({ queryKey: inspectorQuery(projectId).queryKey }),
  });
  return { open, answerWith, clear };
}
