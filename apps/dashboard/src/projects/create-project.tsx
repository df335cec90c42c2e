import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FieldForm } from '../account/field-form.tsx';
import { answerOf, api } from '../api/client.ts';

/** Asks for the name of a new project, and leads there. */
export function CreateProject({ tenantId }: { tenantId: string }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (body: { name: string }) =>
      answerOf(api.POST('/v1/tenants/{tenantId}/projects', { params: { path: { tenantId } }, body })),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['tenant', tenantId] });
      await navigate({ to: '/projects/$projectId', params: { projectId: id } });
    },
  });
  return (
    <FieldForm
      fields={[{ name: 'name', label: 'Name', description: 'For example shop.example.com' }]}
      action="Create project"
      isBusy={create.isPending}
      error={create.error}
      onSubmit={(values) => create.mutate(values)}
    />
  );
}
