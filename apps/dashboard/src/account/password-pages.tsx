import { Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import { ButtonLink } from '../ui/links.tsx';
import { EntryCard } from './entry-card.tsx';
import { FieldForm } from './field-form.tsx';
import { tokenOfAddress } from './token-of-address.ts';

/** Asks for a mail with a link. */
export function ForgotPasswordPage() {
  const ask = useMutation({
    mutationFn: (body: { email: string }) => answerOf(api.POST('/v1/auth/forgot-password', { body })),
  });
  if (ask.isSuccess)
    return (
      <EntryCard title="Look into your mail">
        <Text size="sm">If this address has an account, a link to choose a new password is on its way.</Text>
      </EntryCard>
    );
  return (
    <EntryCard title="Forgot your password?" lead="You get a mail with a link to choose a new one.">
      <FieldForm
        fields={[{ name: 'email', label: 'E-mail', kind: 'email', autoComplete: 'username' }]}
        action="Send link"
        isBusy={ask.isPending}
        error={ask.error}
        onSubmit={(values) => ask.mutate(values)}
      />
    </EntryCard>
  );
}

/** Chooses a new password by a link from a mail. */
export function ResetPasswordPage() {
  const reset = useMutation({
    mutationFn: ({ password }: { password: string }) =>
      answerOf(api.POST('/v1/auth/reset-password', { body: { token: tokenOfAddress(), password } })),
  });
  if (reset.isSuccess)
    return (
      <EntryCard title="Your password is changed" lead="Every session has ended.">
        <ButtonLink to="/sign-in">Sign in</ButtonLink>
      </EntryCard>
    );
  return (
    <EntryCard title="Choose a new password">
      <FieldForm
        fields={[{ name: 'password', label: 'New password', kind: 'password', autoComplete: 'new-password' }]}
        action="Change password"
        isBusy={reset.isPending}
        error={reset.error}
        onSubmit={(values) => reset.mutate(values)}
      />
    </EntryCard>
  );
}

/** Confirms an address by a link from a mail. */
export function VerifyEmailPage() {
  const [token] = useState(tokenOfAddress);
  const { isSuccess, error } = useQuery({
    queryKey: ['verification', token],
    queryFn: async () => {
      await answerOf(api.POST('/v1/auth/verify-email', { body: { token } }));
      return true;
    },
    retry: false,
    staleTime: Infinity,
  });
  const title = error ? 'This link cannot be used' : isSuccess ? 'Your address is confirmed' : 'One moment…';
  return (
    <EntryCard
      title={title}
      lead={error && 'It has been used or has expired. Ask for a new one in your profile.'}
    >
      <ButtonLink to="/">Go on</ButtonLink>
    </EntryCard>
  );
}
