import { createSendWebhook, createSendWebhookBatch, webhookBatchPolicy } from '#delivery';
import { startChannel, type AppDefinition } from '#service';

/** Delivers to webhooks: signed requests to URLs that customers chose. */
export const webhookWorkerApp: AppDefinition = {
  name: 'webhook-worker',
  sections: ['secrets', 'egress'],
  start: (runtime) => {
    const send = createSendWebhook({
      egress: runtime.egress(),
      masterKeys: runtime.masterKeys(),
      timeoutMs: runtime.config.delivery.DELIVERY_TIMEOUT,
      now: () => Date.now(),
    });
    const batching = { policyOf: webhookBatchPolicy, send: createSendWebhookBatch(send) };
    return startChannel(runtime, { name: 'webhook-worker', channel: 'webhook', send, batching });
  },
};
