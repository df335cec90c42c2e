import { Button, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { EntryCard } from './entry-card.tsx';
import { FieldForm } from './field-form.tsx';
import { tokenOfAddress } from './token-of-address.ts';
import { useEntry } from './use-entry.ts';

/** Somebody was invited: who by, where to, as what. */
export function InvitationPage() {
  const [token] = useState(tokenOfAddress);
  const { data, error } = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => answerOf(api.POST('/v1/auth/invitation', { body: { token } })),
    retry: false,
  });
  if (error)
    return (
      <EntryCard title="This invitation cannot be used">
        <Text size="sm">It has been used, has expired or was taken back. Ask for a new one.</Text>
      </EntryCard>
    );
  if (!data)
    return (
      <EntryCard title="Invitation">
        <Skeleton h={120} />
      </EntryCard>
    );
  return (
    <EntryCard
      title={`Join ${data.tenantName}`}
      lead={`${data.invitedBy ?? 'Somebody'} invited ${data.email} as ${data.role}.`}
    >
      <Accept token={token} hasAccount={data.hasAccount} />
    </EntryCard>
  );
}

function Accept({ token, hasAccount }: { token: string; hasAccount: boolean }) {
  const accept = useEntry((values: { name?: string; password?: string }) =>
    answerOf(api.POST('/v1/auth/accept-invitation', { body: { token, ...values } })),
  );
  if (hasAccount)
    return (
      <>
        {accept.error && <ProblemAlert error={accept.error} />}
        <Button loading={accept.isPending} onClick={() => accept.mutate({})}>
          Accept invitation
        </Button>
      </>
    );
  return (
    <FieldForm
      fields={[
        { name: 'name', label: 'Your name', autoComplete: 'name' },
        { name: 'password', label: 'Password', kind: 'password', autoComplete: 'new-password' },
      ]}
      action="Join"
      isBusy={accept.isPending}
      error={accept.error}
      onSubmit={(values) => accept.mutate(values)}
    />
  );
}
