import { loadConfig } from '#config';
import { createSendSlack, createSendSlackBatch, isGathered, slackBurstPolicy } from '#connectors';
import { startChannel, type AppDefinition } from '#service';

/** Delivers to Slack: one message an event, or one for a burst of them. */
export const slackConnectorApp: AppDefinition = {
  name: 'slack-connector',
  sections: ['secrets', 'egress', 'connectors'],
  start: (runtime) => {
    const { connectors } = loadConfig(['connectors']);
    const options = {
      egress: runtime.egress(),
      masterKeys: runtime.masterKeys(),
      apiUrl: connectors.SLACK_API_URL,
      links: { publicUrl: connectors.PUBLIC_URL },
      timeoutMs: runtime.config.delivery.DELIVERY_TIMEOUT,
      now: () => Date.now(),
    };
    const send = createSendSlack(options);
    const policyOf = slackBurstPolicy(connectors.SLACK_BURST_WINDOW);
    const batching = { policyOf, send: createSendSlackBatch(options) };
    // Side by side, messages would overtake each other; Slack takes one a second anyway.
    const policy = { maxConcurrency: 1 };
    return startChannel(runtime, {
      name: 'slack-connector',
      channel: 'slack',
      send,
      batching,
      isGathered,
      policy,
    });
  },
};
