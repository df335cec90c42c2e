import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import { invitationsQuery } from '../api/tenant-queries.ts';
import type { Invitation } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { ROLES } from './roles.ts';

interface InvitationListProps {
  tenantId: string;
  invitations: readonly Invitation[];
  mayWrite: boolean;
}

/** Who is invited and has not come yet. */
export function InvitationList({ tenantId, invitations, mayWrite }: InvitationListProps) {
  const [asked, setAsked] = useState<Invitation>();
  return (
    <>
      <ul className="hub-card hub-plain-list">
        {invitations.map((invitation) => (
          <li key={invitation.id}>
            <div>
              <Group gap="xs">
                <Text size="sm" fw={500}>
                  {invitation.email}
                </Text>
                <Badge tone="quiet">{ROLES[invitation.role].label}</Badge>
              </Group>
              <Text size="xs" c="dimmed">
                invited by {invitation.invitedBy ?? 'somebody who is gone'},{' '}
                <RelativeTime at={invitation.createdAt} /> · expires{' '}
                <RelativeTime at={invitation.expiresAt} />
              </Text>
            </div>
            {mayWrite && (
              <Button
                variant="default"
                size="xs"
                onClick={() => setAsked(invitation)}
                aria-label={`Withdraw the invitation of ${invitation.email}`}
              >
                Withdraw
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Withdraw tenantId={tenantId} invitation={asked} onClose={() => setAsked(undefined)} />
    </>
  );
}

interface WithdrawProps {
  tenantId: string;
  invitation: Invitation | undefined;
  onClose: () => void;
}

function Withdraw({ tenantId, invitation, onClose }: WithdrawProps) {
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: (invitationId: string) =>
      answerOf(
        api.DELETE('/v1/tenants/{tenantId}/invitations/{invitationId}', {
          params: { path: { tenantId, invitationId } },
        }),
      ),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: invitationsQuery(tenantId).queryKey });
    },
  });
  return (
    <Confirm
      isOpen={invitation !== undefined}
      title="Withdraw this invitation?"
      action="Withdraw"
      isBusy={withdraw.isPending}
      error={withdraw.error}
      onClose={() => {
        withdraw.reset();
        onClose();
      }}
      onConfirm={() => invitation && withdraw.mutate(invitation.id)}
    >
      The link that {invitation?.email} got no longer works. You can invite them again.
    </Confirm>
  );
}
