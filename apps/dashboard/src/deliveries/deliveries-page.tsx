import { getRouteApi } from '@tanstack/react-router';
import { PageHeader } from '../ui/page-header.tsx';
import { DeliveryList } from './delivery-list.tsx';

const route = getRouteApi('/projects/$projectId/deliveries');

/** What became of events, for all destinations of a project. */
export function DeliveriesPage() {
  const { projectId } = route.useParams();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader
        title="Deliveries"
        description="One event on its way to one webhook, Slack channel or e-mail list, with every attempt."
      />
      <DeliveryList
        projectId={projectId}
        filters={filters}
        onFilters={(search) => void navigate({ search, replace: true })}
      />
    </>
  );
}
