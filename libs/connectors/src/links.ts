import type { EventBody } from './read-body.ts';

/** Where links in messages lead. */
export interface Links {
  /** Base URL of the hub as people reach it, without a slash at its end. */
  publicUrl: string;
}

/** The page of an event. */
export function linkToEvent(
  { publicUrl }: Links,
  { projectId, id }: Pick<EventBody, 'projectId' | 'id'>,
): { text: string; url: string } {
  return { text: 'Open the event', url: `${publicUrl}/projects/${projectId}/events/${id}` };
}
