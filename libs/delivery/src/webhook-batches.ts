import { findEventType, type Destination } from '#events';
import type { BatchPolicy, SendBatch } from './batching.ts';
import type { SendWebhook } from './send-webhook.ts';
import { webhookSettings, type BatchSetting } from './webhook-settings.ts';

/** What one request carries at most; one larger event goes alone. */
const MAX_BATCH_BYTES = 512 * 1_024;
/** What a request's header says in place of a type. */
const BATCH_TYPE = 'batch';

/** How a webhook's deliveries are gathered: as its owner asked, and not at all otherwise. */
export function webhookBatchPolicy(destination: Destination): BatchPolicy | undefined {
  const { batch } = webhookSettings(destination);
  return batch === null ? undefined : policyOf(batch);
}

function policyOf(setting: BatchSetting): BatchPolicy {
  return {
    ...setting,
    minEvents: 1,
    maxBytes: MAX_BATCH_BYTES,
    spacingMs: 0,
    // A request that failed is made again with the same events.
    groupOf: ({ batch, eventType }) => batch?.id ?? (isBatched(eventType) ? '' : undefined),
    sizeOf: ({ batch }) => batch?.size ?? setting.maxEvents,
  };
}

/** Conversions and exposures: what comes by the thousand. */
function isBatched(eventType: string): boolean {
  return findEventType(eventType)?.domain === 'conversion';
}

/** Sends a batch as a webhook: an array of the bodies, signed as one request whose id is the batch's. */
export function createSendWebhookBatch(send: SendWebhook): SendBatch {
  return ({ id, deliveries }, destination, signal) => {
    const bodies = deliveries.map(({ body }) => body);
    return send({ eventId: id, eventType: BATCH_TYPE, body: toArray(bodies) }, destination, signal);
  };
}

/** JSON texts as an array of them, byte for byte. */
export function toArray(bodies: readonly Uint8Array[]): Buffer {
  const parts = bodies.flatMap((body, index) => (index === 0 ? [body] : [COMMA, body]));
  return Buffer.concat([OPEN, ...parts, CLOSE]);
}

const [OPEN, COMMA, CLOSE] = ['[', ',', ']'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
