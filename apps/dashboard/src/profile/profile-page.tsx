import { Box, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FieldForm } from '../account/field-form.tsx';
import { answerOf, api } from '../api/client.ts';
import { meQuery } from '../api/session.ts';
import type { Me } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Saved } from '../ui/saved.tsx';
import { Section } from '../ui/section.tsx';
import { PasswordForm } from './password-form.tsx';
import { SessionList } from './session-list.tsx';

/** What people decide about themselves. */
export function ProfilePage() {
  const { data: me } = useQuery(meQuery);
  if (!me) return null;
  return (
    <>
      <PageHeader title="Profile" description="How others see you, and how you sign in." />
      {!me.isEmailVerified && <Unconfirmed email={me.email} />}
      <Section title="You">
        <Box maw={420}>
          <NameForm me={me} />
        </Box>
      </Section>
      <Section title="Password" description="Changing it ends every other session.">
        <Box maw={420}>
          <PasswordForm />
        </Box>
      </Section>
      <Section title="Sessions" description="Where you are signed in. End what you do not know.">
        <SessionList />
      </Section>
    </>
  );
}

function NameForm({ me }: { me: Me }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (body: { name: string }) => answerOf(api.PATCH('/v1/me', { body })),
    onSuccess: (next) => queries.setQueryData(meQuery.queryKey, next),
  });
  return (
    <>
      <Group gap="xs" mb="sm">
        <Text size="sm">{me.email}</Text>
        {me.isEmailVerified && <Badge tone="good">Confirmed</Badge>}
      </Group>
      <FieldForm
        fields={[{ name: 'name', label: 'Name', autoComplete: 'name', initial: me.name }]}
        action="Save name"
        isBusy={change.isPending}
        error={change.error}
        onSubmit={(values) => change.mutate(values)}
        beside={<Saved isShown={change.isSuccess} />}
      />
    </>
  );
}

function Unconfirmed({ email }: { email: string }) {
  const send = useMutation({ mutationFn: () => answerOf(api.POST('/v1/me/verification')) });
  return (
    <Box className="hub-banner" data-tone="warn" mb="lg">
      <Group justify="space-between" gap="sm">
        <Box flex="1 1 300px">
          <Text size="sm" fw={600}>
            Confirm your e-mail address
          </Text>
          <Text size="sm" role="status">
            {send.isSuccess
              ? `A link is on its way to ${email}. It works once, within a day.`
              : 'Until you open the link that was sent to you, you cannot invite anybody.'}
          </Text>
        </Box>
        {!send.isSuccess && (
          <Button variant="default" loading={send.isPending} onClick={() => send.mutate()}>
            Send the link again
          </Button>
        )}
      </Group>
      {send.error && (
        <Box mt="sm">
          <ProblemAlert error={send.error} />
        </Box>
      )}
    </Box>
  );
}
