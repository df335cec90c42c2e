import { getRouteApi } from '@tanstack/react-router';
import { DeliveryList } from '../deliveries/delivery-list.tsx';

const route = getRouteApi('/projects/$projectId/destinations/$destinationId/');

/** What a destination was sent. */
export function DestinationDeliveries() {
  const { projectId, destinationId } = route.useParams();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <DeliveryList
      projectId={projectId}
      destinationId={destinationId}
      filters={filters}
      onFilters={(search) => void navigate({ search, replace: true })}
    />
  );
}
