import { loadConfig } from '#config';
import { createSendEmail, isGathered } from '#connectors';
import { startChannel, type AppDefinition } from '#service';

/** Delivers by e-mail: one message a recipient. */
export const emailConnectorApp: AppDefinition = {
  name: 'email-connector',
  sections: ['secrets', 'connectors', 'mail'],
  start: (runtime) => {
    const send = createSendEmail({
      mailer: runtime.mailer(),
      masterKeys: runtime.masterKeys(),
      links: { publicUrl: loadConfig(['connectors']).connectors.PUBLIC_URL },
      timeoutMs: runtime.config.delivery.DELIVERY_TIMEOUT,
      now: () => Date.now(),
    });
    // The mail server is one for all destinations, and its pool of connections is small.
    const policy = { maxConcurrency: 2 };
    return startChannel(runtime, { name: 'email-connector', channel: 'email', send, isGathered, policy });
  },
};
