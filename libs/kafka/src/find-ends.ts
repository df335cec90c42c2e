import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from 'kafkajs';

const TIMEOUT_MS = 10_000;
const RETRY_MS = 50;

type Ends = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

/**
 * Where each partition of a topic begins and ends. A broker may not yet lead a partition of a new topic that the
 * metadata say it leads, which kafkajs takes for final.
 */
export async function findEnds(admin: Pick<Admin, 'fetchTopicOffsets'>, topic: string): Promise<Ends> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    try {
      return await admin.fetchTopicOffsets(topic);
    } catch (error) {
      if ((error as { retriable?: boolean }).retriable !== true || performance.now() > deadline) throw error;
      await delay(RETRY_MS);
    }
  }
}
