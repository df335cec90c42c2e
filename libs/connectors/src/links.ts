import { isNewsType, isUuid } from '#events';
import { textOf, type EventBody } from './read-body.ts';

/** Where links in messages lead. */
export interface Links {
  /** Base URL of the hub as people reach it, without a slash at its end. */
  publicUrl: string;
}

/** The page to read on: of the destination or delivery that news speaks of, of the event itself otherwise. */
export function linkOf(
  { publicUrl }: Links,
  { projectId, id, type, data }: EventBody,
): { text: string; url: string } {
  const project = `${publicUrl}/projects/${projectId}`;
  const [deliveryId, destinationId] = [textOf(data, 'deliveryId'), textOf(data, 'destinationId')];
  if (type === 'delivery.exhausted' && isUuid(deliveryId))
    return { text: 'Open the delivery', url: `${project}/deliveries/${deliveryId}` };
  if (isNewsType(type) && isUuid(destinationId)) {
    const pages = textOf(data, 'kind') === 'webhook' ? 'webhooks' : 'destinations';
    return { text: 'Open its page', url: `${project}/${pages}/${destinationId}` };
  }
  return { text: 'Open the event', url: `${project}/events/${id}` };
}

/** The list of a project's events. */
export function linkToEvents(
  { publicUrl }: Links,
  { projectId }: Pick<EventBody, 'projectId'>,
): { text: string; url: string } {
  return { text: 'Open the events', url: `${publicUrl}/projects/${projectId}/events` };
}
