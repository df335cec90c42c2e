import { useQuery } from '@tanstack/react-query';
import { destinationsQuery, healthQuery } from '../api/queries.ts';
import type { Destination, WebhookHealth } from '../api/types.ts';
import { Section } from '../ui/section.tsx';
import { DestinationTable } from '../destinations/destination-table.tsx';

/** The destinations that somebody should look at: paused ones, and those on their way to it. */
export function Attention({ projectId }: { projectId: string }) {
  const { data: destinations } = useQuery(destinationsQuery(projectId));
  const { data: health } = useQuery(healthQuery(projectId));
  const byId = new Map((health?.items ?? []).map((item) => [item.webhookId, item]));
  const troubled = (destinations ?? []).filter((each) => needsAttention(each, byId.get(each.id)));
  if (troubled.length === 0) return null;
  return (
    <Section title="Needs attention" description="Paused, or failing right now.">
      <DestinationTable projectId={projectId} destinations={troubled} health={health} />
    </Section>
  );
}

function needsAttention(destination: Destination, health: WebhookHealth | undefined): boolean {
  if (!destination.enabled) return destination.disabledReason !== 'disabled by hand';
  return (health?.consecutiveFailures ?? 0) > 0;
}
