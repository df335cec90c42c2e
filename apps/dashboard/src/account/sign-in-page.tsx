import { Button, Divider } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answerOf, api } from '../api/client.ts';
import { signInQuery } from '../api/session.ts';
import { TextLink } from '../ui/links.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { EntryCard } from './entry-card.tsx';
import { FieldForm } from './field-form.tsx';
import { useEntry } from './use-entry.ts';

const route = getRouteApi('/sign-in');

/** Sign in, by password or by the company's own service. */
export function SignInPage() {
  const { redirect, error } = route.useSearch();
  const { data } = useQuery(signInQuery);
  const signIn = useEntry(
    (body: { email: string; password: string }) => answerOf(api.POST('/v1/auth/sign-in', { body })),
    redirect,
  );
  if (data?.isEmpty)
    return (
      <EntryCard title="Set up the hub">
        Nobody has an account yet. Open the link that the hub printed when it started: it makes you the first
        owner.
      </EntryCard>
    );
  return (
    <EntryCard title="Sign in">
      {error && (
        <ProblemAlert error={new Error('Signing in did not work. Try again, or use your password.')} />
      )}
      {data?.singleSignOn && (
        <>
          <Button component="a" href="/v1/auth/single-sign-on" variant="default">
            Continue with {data.singleSignOn.name}
          </Button>
          <Divider label="or" />
        </>
      )}
      <FieldForm
        fields={[
          { name: 'email', label: 'E-mail', kind: 'email', autoComplete: 'username' },
          { name: 'password', label: 'Password', kind: 'password', autoComplete: 'current-password' },
        ]}
        action="Sign in"
        isBusy={signIn.isPending}
        error={signIn.error}
        onSubmit={(values) => signIn.mutate(values)}
      >
        {data?.hasMail && (
          <TextLink to="/forgot-password" size="sm" ta="center">
            Forgot your password?
          </TextLink>
        )}
      </FieldForm>
    </EntryCard>
  );
}
