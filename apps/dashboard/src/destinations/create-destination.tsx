import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { answerOf, api } from '../api/client.ts';
import { signInQuery } from '../api/session.ts';
import type { NewDestination } from '../api/types.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { NO_FIELDS } from './destination-form.tsx';
import { EmailForm } from './email-form.tsx';
import { SlackForm } from './slack-form.tsx';

interface CreateDestinationProps {
  projectId: string;
  kind: 'slack' | 'email';
  cancel: ReactNode;
}

/** A new destination in Slack or by e-mail; then its page, to send it a test. */
export function CreateDestination({ projectId, kind, cancel }: CreateDestinationProps) {
  const { data: signIn } = useQuery(signInQuery);
  const create = useCreateDestination(projectId);
  const frame = { isBusy: create.isPending, error: create.error, beside: cancel };
  if (kind === 'slack')
    return (
      <SlackForm
        {...frame}
        action="Create Slack destination"
        initial={{ ...NO_FIELDS, rateLimit: 1 }}
        onSubmit={(fields) => create.mutate({ kind, ...fields })}
      />
    );
  if (signIn?.hasMail === false)
    return (
      <EmptyState title="This hub cannot send e-mails">
        Its operator can set SMTP_URL. Webhooks and Slack work without it.
      </EmptyState>
    );
  return (
    <EmailForm
      {...frame}
      action="Create e-mail destination"
      initial={{ ...NO_FIELDS, recipients: [] }}
      onSubmit={(fields) => create.mutate({ kind, ...fields })}
    />
  );
}

function useCreateDestination(projectId: string) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: NewDestination) =>
      answerOf(api.POST('/v1/projects/{projectId}/destinations', { params: { path: { projectId } }, body })),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['project', projectId] });
      await navigate({
        to: '/projects/$projectId/destinations/$destinationId/test',
        params: { projectId, destinationId: id },
      });
    },
    // It holds a URL or a token that is a password.
    gcTime: 0,
  });
}
