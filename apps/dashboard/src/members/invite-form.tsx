import { Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, ApiProblem } from '../api/client.ts';
import { meQuery, signInQuery } from '../api/session.ts';
import { invitationsQuery } from '../api/tenant-queries.ts';
import type { Role } from '../api/types.ts';
import { TextLink } from '../ui/links.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Saved } from '../ui/saved.tsx';
import { roleOptions } from './roles.ts';

/** Invites somebody, where the hub can send mails and the person has confirmed their own address. */
export function InviteForm({ tenantId, own }: { tenantId: string; own: Role | undefined }) {
  const { data: me } = useQuery(meQuery);
  const { data: signIn } = useQuery(signInQuery);
  if (signIn?.hasMail === false)
    return (
      <Text size="sm" c="dimmed">
        This hub cannot send e-mails. Its operator can set SMTP_URL, or let people in with{' '}
        <span className="hub-mono">npm run admin -- person put</span>.
      </Text>
    );
  if (me?.isEmailVerified === false)
    return (
      <Text size="sm" c="dimmed">
        Confirm your own e-mail address first:{' '}
        <TextLink to="/profile" size="sm" underline="always">
          open your profile
        </TextLink>
        .
      </Text>
    );
  return <Form tenantId={tenantId} own={own} />;
}

function useInvite(tenantId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; role: Role }) =>
      answerOf(api.POST('/v1/tenants/{tenantId}/invitations', { params: { path: { tenantId } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsQuery(tenantId).queryKey }),
  });
}

function Form({ tenantId, own }: { tenantId: string; own: Role | undefined }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('developer');
  const invite = useInvite(tenantId);
  const rule = invite.error instanceof ApiProblem ? invite.error.errors[0]?.rule : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        invite.mutate({ email: email.trim(), role }, { onSuccess: () => setEmail('') });
      }}
    >
      <Group gap="xs" align="flex-end">
        <TextInput
          label="E-mail"
          type="email"
          required
          withAsterisk={false}
          autoComplete="off"
          placeholder="colleague@example.com"
          flex="1 1 240px"
          maw={340}
          value={email}
          error={rule}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Select
          label="Role"
          w={150}
          allowDeselect={false}
          data={roleOptions(own)}
          value={role}
          onChange={(next) => next && setRole(next)}
        />
        <Button type="submit" loading={invite.isPending}>
          Send invitation
        </Button>
      </Group>
      <Saved isShown={invite.isSuccess}>{`Sent to ${invite.data?.email ?? ''}.`}</Saved>
      {invite.error && rule === undefined && <ProblemAlert error={invite.error} />}
    </form>
  );
}
