import { Box, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../access/use-may.ts';
import { answerOf, api } from '../api/client.ts';
import { contactsQuery } from '../api/queries.ts';
import { signInQuery } from '../api/session.ts';
import { RecipientsField, rulesOf } from '../destinations/email-form.tsx';
import { parseRecipients } from '../destinations/recipients.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Saved } from '../ui/saved.tsx';

/** Who is told by e-mail when deliveries of a project go wrong. */
export function Contacts({ projectId }: { projectId: string }) {
  const { data, error, refetch } = useQuery(contactsQuery(projectId));
  const { data: signIn } = useQuery(signInQuery);
  const mayWrite = useMay(projectId)('webhooks:write');
  if (error) return <ProblemAlert error={error} onRetry={refetch} />;
  if (!data) return <Skeleton h={120} aria-busy aria-label="Loading" />;
  if (signIn?.hasMail === false)
    return (
      <Text size="sm" c="dimmed">
        This hub cannot send e-mails: its operator can set SMTP_URL.
      </Text>
    );
  if (!mayWrite) return <Text size="sm">{data.recipients.join(', ') || 'Nobody.'}</Text>;
  return <ContactsForm projectId={projectId} recipients={data.recipients} />;
}

function ContactsForm({
  projectId,
  recipients: first,
}: {
  projectId: string;
  recipients: readonly string[];
}) {
  const [text, setText] = useState(first.join('\n'));
  const recipients = parseRecipients(text);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      answerOf(
        api.PUT('/v1/projects/{projectId}/contacts', {
          params: { path: { projectId } },
          body: { recipients },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['project', projectId] }),
  });
  const rule = rulesOf(save.error, recipients);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="sm" maw={420}>
        <RecipientsField
          value={text}
          error={rule}
          description="One address a line, twenty at most. Nobody when empty"
          onChange={setText}
        />
        {save.error && rule === undefined && <ProblemAlert error={save.error} />}
        <Group gap="sm">
          <Button type="submit" loading={save.isPending}>
            Save contacts
          </Button>
          <Box>
            <Saved isShown={save.isSuccess} />
          </Box>
        </Group>
      </Stack>
    </form>
  );
}
