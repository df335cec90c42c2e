import type { Delivery } from '../api/types.ts';
import { Badge, type Tone } from './badge.tsx';

/** What each status of a delivery is called, and what it means. */
export const DELIVERY_STATUSES: Readonly<
  Record<Delivery['status'], { label: string; tone: Tone; meaning: string }>
> = {
  pending: { label: 'Pending', tone: 'info', meaning: 'Queued for its first attempt' },
  retrying: { label: 'Retrying', tone: 'warn', meaning: 'An attempt failed; the next one is scheduled' },
  success: { label: 'Delivered', tone: 'good', meaning: 'The receiver answered with 2xx' },
  failed: { label: 'Failed', tone: 'bad', meaning: 'All attempts failed' },
  held: { label: 'Held', tone: 'quiet', meaning: 'Waits because its webhook is disabled' },
  cancelled: { label: 'Cancelled', tone: 'quiet', meaning: 'Its webhook was deleted' },
};

/** The status of a delivery. */
export function DeliveryStatusBadge({ status }: { status: Delivery['status'] }) {
  const { label, tone, meaning } = DELIVERY_STATUSES[status];
  return (
    <Badge tone={tone} title={meaning}>
      {label}
    </Badge>
  );
}

/** An HTTP status, or the word for there having been none. */
export function HttpStatusBadge({ status, error }: { status: number | null; error: string | null }) {
  if (status === null) return <Badge tone="bad">{error ?? 'no answer'}</Badge>;
  return <Badge tone={status >= 200 && status < 300 ? 'good' : 'bad'}>{status}</Badge>;
}
