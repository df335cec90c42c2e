import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FieldForm } from '../account/field-form.tsx';
import { answerOf, api } from '../api/client.ts';
import { sessionsQuery } from '../api/tenant-queries.ts';
import { Saved } from '../ui/saved.tsx';

/** A new password by the old one. */
export function PasswordForm() {
  const queries = useQueryClient();
  // What was typed must not stay on the page: the form begins anew.
  const [changes, setChanges] = useState(0);
  const change = useMutation({
    mutationFn: (body: { currentPassword: string; newPassword: string }) =>
      answerOf(api.POST('/v1/me/password', { body })),
    onSuccess: () => {
      setChanges((before) => before + 1);
      return queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
    gcTime: 0,
  });
  return (
    <FieldForm
      key={changes}
      fields={[
        {
          name: 'currentPassword',
          label: 'Current password',
          kind: 'password',
          autoComplete: 'current-password',
        },
        {
          name: 'newPassword',
          label: 'New password',
          kind: 'password',
          autoComplete: 'new-password',
          description: 'At least 12 characters, and not easy to guess',
        },
      ]}
      action="Change password"
      isBusy={change.isPending}
      error={change.error}
      onSubmit={(values) => change.mutate(values)}
      beside={<Saved isShown={changes > 0 && !change.error}>Changed. Every other session has ended.</Saved>}
    />
  );
}
