import { isNewsType } from '#events';
import { eventOfBody, Filter } from '#filters';

/** What of a recorded event decides whether a destination takes it. */
interface RecordedEvent {
  type: string;
  body: Buffer;
}

/**
 * Makes what tells whether a destination takes a recorded event of a type that it takes, as the dispatcher decides: by
 * its filter, and not where the event is news of the destination itself.
 */
export function takesOf(destinationId: string, expression: string | null): (event: RecordedEvent) => boolean {
  const filter = expression === null ? undefined : new Filter(expression);
  return ({ type, body }) => {
    if (isNewsType(type) && body.includes(destinationId)) return false;
    return filter === undefined || filter.judge(eventOfBody(body)).kind === 'matched';
  };
}
