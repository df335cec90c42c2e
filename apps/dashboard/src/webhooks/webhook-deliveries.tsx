import { lazy, Suspense } from 'react';
import { Box, Skeleton } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { DeliveryList } from '../deliveries/delivery-list.tsx';
import { ReplayButton } from '../replays/replay-dialog.tsx';
import { ReplayProgress } from '../replays/replay-progress.tsx';
import { useMay } from '../access/use-may.ts';
import { Section } from '../ui/section.tsx';

const WebhookCharts = lazy(() =>
  import('./webhook-charts.tsx').then((module) => ({ default: module.WebhookCharts })),
);
const route = getRouteApi('/projects/$projectId/webhooks/$webhookId/');

/** How a webhook does, and its deliveries. */
export function WebhookDeliveries() {
  const { projectId, webhookId } = route.useParams();
  const { period, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const mayReplay = useMay(projectId)('deliveries:write');
  return (
    <>
      <ReplayProgress projectId={projectId} destinationId={webhookId} />
      <Suspense fallback={<Skeleton h={320} mb="xl" />}>
        <WebhookCharts
          projectId={projectId}
          webhookId={webhookId}
          period={period ?? '24h'}
          onPeriod={(next) => void navigate({ search: { ...filters, period: next }, replace: true })}
        />
      </Suspense>
      <Section
        title="Deliveries"
        actions={mayReplay && <ReplayButton projectId={projectId} destinationId={webhookId} />}
      >
        <Box>
          <DeliveryList
            projectId={projectId}
            destinationId={webhookId}
            filters={filters}
            onFilters={(next) =>
              void navigate({ search: { ...next, ...(period && { period }) }, replace: true })
            }
          />
        </Box>
      </Section>
    </>
  );
}
