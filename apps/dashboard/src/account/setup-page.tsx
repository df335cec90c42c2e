import { answerOf, api } from '../api/client.ts';
import { EntryCard } from './entry-card.tsx';
import { FieldForm } from './field-form.tsx';
import { tokenOfAddress } from './token-of-address.ts';
import { useEntry } from './use-entry.ts';

type Values = Record<'tenantName' | 'name' | 'email' | 'password', string>;

/** The first owner. */
export function SetupPage() {
  const setup = useEntry((values: Values) =>
    answerOf(api.POST('/v1/auth/setup', { body: { token: tokenOfAddress(), ...values } })),
  );
  return (
    <EntryCard title="Set up the hub" lead="You become the first owner, and invite the others later.">
      <FieldForm
        fields={[
          { name: 'tenantName', label: 'Company', autoComplete: 'organization' },
          { name: 'name', label: 'Your name', autoComplete: 'name' },
          { name: 'email', label: 'E-mail', kind: 'email', autoComplete: 'username' },
          { name: 'password', label: 'Password', kind: 'password', autoComplete: 'new-password' },
        ]}
        action="Create account"
        isBusy={setup.isPending}
        error={setup.error}
        onSubmit={(values) => setup.mutate(values)}
      />
    </EntryCard>
  );
}
