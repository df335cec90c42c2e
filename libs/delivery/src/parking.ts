import type { Destination } from '#events';
import type { Parking } from './delivery-books.ts';
import type { Lane } from './lane.ts';

/** Of a delivery whose destination is no more. */
export const DELETED: Parking = { status: 'cancelled', reason: 'webhook_deleted' };
/** Of a delivery that the hub was told to forget. */
export const FORGOTTEN: Parking = { status: 'cancelled', reason: 'visitor_erased' };
/** Its destination has a digest, in which it is counted. */
export const GATHERED: Parking = { status: 'gathered', reason: 'digest' };

/** Why nothing is sent to a destination for now, or ever; undefined when it is. */
export function parkingOf(destination: Destination | undefined, lane: Lane): Parking | undefined {
  if (destination === undefined) return DELETED;
  if (!destination.isEnabled) return { status: 'held', reason: destination.disabledReason ?? 'disabled' };
  const isLaneCurrent = lane.epoch >= destination.enabledEpoch;
  return isLaneCurrent && lane.disabledReason !== null
    ? { status: 'held', reason: lane.disabledReason }
    : undefined;
}
