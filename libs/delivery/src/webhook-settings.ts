import type { Destination } from '#events';

/** How many conversions and exposures come in one request, and how long the first of them waits for more. */
export interface BatchSetting {
  maxEvents: number;
  maxWaitMs: number;
}

/** What a webhook's owner asked for beside what every destination has. */
export interface WebhookSettings {
  /** Conversions and exposures come several in one request. */
  batch: BatchSetting | null;
}

const NONE: WebhookSettings = { batch: null };
/** Parsed once for each record of the destination: they are asked for at every request. */
const byRecord = new WeakMap<Destination, WebhookSettings>();

/** The settings in a webhook's `config`. */
export function webhookSettings(destination: Destination): WebhookSettings {
  const { config } = destination;
  if (config === '' || config === '{}') return NONE;
  const known = byRecord.get(destination);
  if (known !== undefined) return known;
  const settings = { ...NONE, ...(JSON.parse(config) as Partial<WebhookSettings>) };
  byRecord.set(destination, settings);
  return settings;
}
