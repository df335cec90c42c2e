import { Button, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Role } from '../api/session.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { EntryCard } from './entry-card.tsx';
import { FieldForm } from './field-form.tsx';
import { tokenOfAddress } from './token-of-address.ts';
import { useEntry } from './use-entry.ts';

interface Invitation {
  tenantName: string;
  email: string;
  role: Role;
  invitedBy: string;
  hasAccount: boolean;
  expiresAt: string;
}

/** Somebody was invited: who by, where to, as what. */
export function InvitationPage() {
  const [token] = useState(tokenOfAddress);
  const { data, error } = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => call<Invitation>('POST', '/v1/auth/invitation', { token }),
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
      lead={`${data.invitedBy} invited ${data.email} as ${data.role}.`}
    >
      <Accept token={token} hasAccount={data.hasAccount} />
    </EntryCard>
  );
}

function Accept({ token, hasAccount }: { token: string; hasAccount: boolean }) {
  const accept = useEntry('/v1/auth/accept-invitation', (values: object) => ({ token, ...values }));
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
