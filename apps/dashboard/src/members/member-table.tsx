import { ActionIcon, Box, Group, Select, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconLogout, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useMayInTenant } from '../access/use-may.ts';
import { meQuery } from '../api/session.ts';
import type { Member, Role } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { RemoveMember, StepDown } from './member-questions.tsx';
import { ROLES, roleOptions } from './roles.ts';
import { useMemberActions } from './use-member-actions.ts';

interface MemberTableProps {
  tenantId: string;
  members: readonly Member[];
  /** The role of who looks. */
  own: Role | undefined;
}

/** A row a member, with what those who may can do about them. */
export function MemberTable({ tenantId, members, own }: MemberTableProps) {
  const { data: me } = useQuery(meQuery);
  const mayWrite = useMayInTenant(tenantId)('members:write');
  const { change, remove } = useMemberActions(tenantId);
  const [leaving, setLeaving] = useState<Member>();
  const [stepping, setStepping] = useState<{ member: Member; role: Role }>();
  const changeRole = (member: Member, role: Role) => {
    if (role === member.role) return;
    if (member.userId === me?.id) setStepping({ member, role });
    else change.mutate({ userId: member.userId, role });
  };
  return (
    <>
      {change.error && !stepping && <ProblemAlert error={change.error} />}
      <Box className="hub-card hub-table-scroll" tabIndex={0} role="region" aria-label="Members">
        <table className="hub-table" style={{ minWidth: mayWrite ? 620 : 480 }}>
          <Head withActions={mayWrite} />
          <tbody>
            {members.map((member) => (
              <MemberRow
                key={member.userId}
                member={member}
                isSelf={member.userId === me?.id}
                own={mayWrite ? own : undefined}
                isBusy={change.isPending}
                onRole={(role) => changeRole(member, role)}
                onRemove={() => setLeaving(member)}
              />
            ))}
          </tbody>
        </table>
      </Box>
      <RemoveMember
        member={leaving}
        isSelf={leaving?.userId === me?.id}
        remove={remove}
        onClose={() => setLeaving(undefined)}
      />
      <StepDown stepping={stepping} change={change} onClose={() => setStepping(undefined)} />
    </>
  );
}

function Head({ withActions }: { withActions: boolean }) {
  return (
    <thead>
      <tr>
        <th scope="col">Person</th>
        <th scope="col">Role</th>
        <th scope="col" className="hub-wide">
          Joined
        </th>
        {withActions && (
          <th scope="col">
            <span className="hub-hidden">Actions</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

interface MemberRowProps {
  member: Member;
  isSelf: boolean;
  /** Undefined for those who may change nothing. */
  own: Role | undefined;
  isBusy: boolean;
  onRole: (role: Role) => void;
  onRemove: () => void;
}

function MemberRow({ member, isSelf, own, isBusy, onRole, onRemove }: MemberRowProps) {
  const { name, role, joinedAt } = member;
  // Only owners unmake owners.
  const isOutOfReach = role === 'owner' && own !== 'owner';
  return (
    <tr>
      <Person member={member} isSelf={isSelf} />
      <td>
        {own === undefined || isOutOfReach ? (
          <span title={own && 'Only owners change the role of an owner'}>{ROLES[role].label}</span>
        ) : (
          <Select
            aria-label={`Role of ${name}`}
            size="xs"
            w={110}
            allowDeselect={false}
            disabled={isBusy}
            data={roleOptions(own)}
            value={role}
            onChange={(next) => next && onRole(next)}
          />
        )}
      </td>
      <td className="hub-wide">
        <RelativeTime at={joinedAt} />
      </td>
      {own !== undefined && (
        <td style={{ textAlign: 'right' }}>
          {!isOutOfReach && <RemoveButton name={name} isSelf={isSelf} onRemove={onRemove} />}
        </td>
      )}
    </tr>
  );
}

function Person({ member: { name, email }, isSelf }: { member: Member; isSelf: boolean }) {
  return (
    <td className="hub-cut">
      <Group gap="xs">
        <Text size="sm" fw={500}>
          {name}
        </Text>
        {isSelf && <Badge tone="quiet">You</Badge>}
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {email}
      </Text>
    </td>
  );
}

interface RemoveButtonProps {
  name: string;
  isSelf: boolean;
  onRemove: () => void;
}

function RemoveButton({ name, isSelf, onRemove }: RemoveButtonProps) {
  const label = isSelf ? 'Leave this company' : `Remove ${name}`;
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={30} aria-label={label} onClick={onRemove}>
        {isSelf ? <IconLogout size={15} aria-hidden /> : <IconTrash size={15} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
