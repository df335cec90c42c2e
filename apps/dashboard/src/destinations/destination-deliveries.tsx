import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../access/use-may.ts';
import { DeliveryList } from '../deliveries/delivery-list.tsx';
import { ReplayButton } from '../replays/replay-dialog.tsx';
import { ReplayProgress } from '../replays/replay-progress.tsx';
import { Section } from '../ui/section.tsx';

const route = getRouteApi('/projects/$projectId/destinations/$destinationId/');

/** What a destination was sent. */
export function DestinationDeliveries() {
  const { projectId, destinationId } = route.useParams();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const mayReplay = useMay(projectId)('deliveries:write');
  return (
    <>
      <ReplayProgress projectId={projectId} destinationId={destinationId} />
      <Section
        title="Deliveries"
        actions={mayReplay && <ReplayButton projectId={projectId} destinationId={destinationId} />}
      >
        <DeliveryList
          projectId={projectId}
          destinationId={destinationId}
          filters={filters}
          onFilters={(search) => void navigate({ search, replace: true })}
        />
      </Section>
    </>
  );
}
