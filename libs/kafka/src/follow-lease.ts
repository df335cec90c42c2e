import type { Consumer } from 'kafkajs';

const LEASING: ReadonlySet<string> = new Set(['Heartbeat', 'SyncGroup']);

/**
 * Tells until when (Unix ms) the group counts on a member: its session's length after it sent the last heartbeat, or
 * join, that the coordinator accepted. Counted from the sending, since a process that was stopped for a while may read
 * an answer of long ago.
 */
export function followLease(kafka: Consumer, sessionMs: number, leased: (untilMs: number) => void): void {
  let sentAtMs = 0;
  const renew = () => leased(sentAtMs + sessionMs);
  kafka.on(kafka.events.REQUEST, ({ payload: { apiName, sentAt } }) => {
    if (LEASING.has(apiName)) sentAtMs = sentAt;
  });
  kafka.on(kafka.events.HEARTBEAT, renew);
  kafka.on(kafka.events.GROUP_JOIN, renew);
}
