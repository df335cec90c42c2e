import { getRouteApi } from '@tanstack/react-router';
import { NotAllowed } from '../access/not-allowed.tsx';
import { useMembershipOf } from '../access/use-may.ts';
import { CreateDestination } from '../destinations/create-destination.tsx';
import { KindPicker } from '../destinations/kind-picker.tsx';
import { KINDS } from '../destinations/kinds.ts';
import { ButtonLink, TextLink } from '../ui/links.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { CreateWebhook } from './create-webhook.tsx';

const route = getRouteApi('/projects/$projectId/webhooks/new');

/** What it is, where it leads and what it takes; of a webhook then the secret, this once. */
export function CreateWebhookPage() {
  const { projectId } = route.useParams();
  const { kind = 'webhook' } = route.useSearch();
  const navigate = route.useNavigate();
  const membership = useMembershipOf(projectId);
  const list = { to: '/projects/$projectId/webhooks', params: { projectId } } as const;
  const cancel = (
    <ButtonLink {...list} variant="subtle" color="gray">
      Cancel
    </ButtonLink>
  );
  return (
    <>
      <PageHeader
        title={`Create ${KINDS[kind].noun}`}
        above={
          <TextLink {...list} size="sm">
            Webhooks
          </TextLink>
        }
      />
      {membership && !membership.permissions.includes('webhooks:write') ? (
        <NotAllowed who="Owners, admins and developers">create webhooks</NotAllowed>
      ) : (
        <>
          <KindPicker
            value={kind}
            onChange={(next) =>
              void navigate({ search: next === 'webhook' ? {} : { kind: next }, replace: true })
            }
          />
          {kind === 'webhook' ? (
            <CreateWebhook projectId={projectId} cancel={cancel} />
          ) : (
            <CreateDestination projectId={projectId} kind={kind} cancel={cancel} />
          )}
        </>
      )}
    </>
  );
}
