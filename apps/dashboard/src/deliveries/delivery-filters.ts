import type { Delivery } from '../api/types.ts';
import { DELIVERY_STATUSES } from '../ui/status-badge.tsx';

/** Filters of a list of deliveries, as they stand in the address. */
export interface DeliveryFilters {
  status?: Delivery['status'];
  type?: string;
  eventId?: string;
  from?: string;
  to?: string;
}

/** What of an address are filters; anything else in it is dropped. */
export function parseDeliveryFilters(search: Record<string, unknown>): DeliveryFilters {
  const { status, type, eventId, from, to } = search;
  return {
    ...(typeof status === 'string' &&
      status in DELIVERY_STATUSES && { status: status as Delivery['status'] }),
    ...(typeof type === 'string' && { type }),
    ...(typeof eventId === 'string' && { eventId }),
    ...(typeof from === 'string' && !Number.isNaN(Date.parse(from)) && { from }),
    ...(typeof to === 'string' && !Number.isNaN(Date.parse(to)) && { to }),
  };
}
