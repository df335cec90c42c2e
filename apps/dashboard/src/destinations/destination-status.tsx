import type { Destination, WebhookHealth } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { explainPause } from './explain-pause.ts';

/** Whether a destination gets its events, and how far it is from being paused. */
export function DestinationStatus({
  destination,
  health,
  pauseAfter,
}: {
  destination: Pick<Destination, 'enabled' | 'disabledReason'>;
  health: WebhookHealth | undefined;
  pauseAfter: number;
}) {
  const failures = health?.consecutiveFailures ?? 0;
  if (!destination.enabled) {
    const isByHand = destination.disabledReason === 'disabled by hand';
    return (
      <Badge tone={isByHand ? 'quiet' : 'bad'} title={explainPause(destination.disabledReason)}>
        {isByHand ? 'Disabled' : 'Paused'}
      </Badge>
    );
  }
  if (failures === 0) return <Badge tone="good">Enabled</Badge>;
  return (
    <Badge tone="warn" title={`After ${pauseAfter} failed attempts in a row it is paused`}>
      {failures} of {pauseAfter} failures
    </Badge>
  );
}
