import type { Member, Role } from '../api/types.ts';
import { Confirm } from '../ui/confirm.tsx';
import { ROLES } from './roles.ts';
import type { useMemberActions } from './use-member-actions.ts';

type Actions = ReturnType<typeof useMemberActions>;

interface RemoveMemberProps {
  member: Member | undefined;
  isSelf: boolean;
  remove: Actions['remove'];
  onClose: () => void;
}

/** Asks before somebody loses their place. */
export function RemoveMember({ member, isSelf, remove, onClose }: RemoveMemberProps) {
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <Confirm
      isOpen={member !== undefined}
      title={isSelf ? 'Leave this company?' : `Remove ${member?.name ?? ''}?`}
      action={isSelf ? 'Leave' : 'Remove'}
      isBusy={remove.isPending}
      error={remove.error}
      onClose={close}
      onConfirm={() => member && remove.mutate({ userId: member.userId, isSelf }, { onSuccess: close })}
    >
      {isSelf ? 'You see' : `${member?.email ?? ''} sees`} nothing of its projects from the next request on.
      API keys go on working. Somebody can invite {isSelf ? 'you' : 'them'} again.
    </Confirm>
  );
}

interface StepDownProps {
  stepping: { member: Member; role: Role } | undefined;
  change: Actions['change'];
  onClose: () => void;
}

/** Asks before people take rights from themselves. */
export function StepDown({ stepping, change, onClose }: StepDownProps) {
  const close = () => {
    change.reset();
    onClose();
  };
  return (
    <Confirm
      isOpen={stepping !== undefined}
      title="Change your own role?"
      action="Change my role"
      isBusy={change.isPending}
      error={change.error}
      onClose={close}
      onConfirm={() =>
        stepping &&
        change.mutate({ userId: stepping.member.userId, role: stepping.role }, { onSuccess: close })
      }
    >
      You become {stepping ? ROLES[stepping.role].label.toLowerCase() : ''}. Only somebody else can give you
      back what you may do now.
    </Confirm>
  );
}
