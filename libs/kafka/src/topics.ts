/** A retry delay and the name it gives its topic, e.g. `{ name: '5m', ms: 300000 }`. */
export interface RetryDelay {
  name: string;
  ms: number;
}

/** Domains that events are published by; each has a topic. */
export const EVENT_DOMAINS = [
  'experiment',
  'conversion',
  'survey',
  'feature-flag',
  'account',
  'news',
] as const;

/** One of `EVENT_DOMAINS`. */
export type EventDomain = (typeof EVENT_DOMAINS)[number];

/** Ways by which deliveries leave the hub; each has topics and a worker of its own. */
export const CHANNELS = ['webhook', 'slack', 'email'] as const;

/** One of `CHANNELS`. */
export type Channel = (typeof CHANNELS)[number];

/** Topics of one delivery channel. All have the same partition count and are keyed by destination id. */
export interface ChannelTopics {
  deliveries: string;
  /** In the order of the delays; the first follows attempt 1. */
  retries: readonly (RetryDelay & { topic: string })[];
  /** Deliveries that a full lane could not take; no attempt is counted. */
  deferred: string;
  /** Deliveries of replays, which leave room to all others. */
  replay: string;
  /** Deliveries whose attempts are exhausted. */
  dead: string;
}

/** Every topic of the hub. Nothing else names one. */
export interface Topics extends Readonly<Record<Channel, ChannelTopics>> {
  events: Readonly<Record<EventDomain, string>>;
  allEvents: readonly string[];
  eventsDead: string;
  attempts: string;
  destinations: string;
  lanes: string;
  erasures: string;
}

/** Builds the topic names of a hub. @param prefix put before every name, may be empty */
export function createTopics(prefix: string, retryDelays: readonly RetryDelay[]): Topics {
  const events = Object.fromEntries(
    EVENT_DOMAINS.map((domain) => [domain, `${prefix}hub.events.${domain}`]),
  ) as Record<EventDomain, string>;
  const channels = Object.fromEntries(
    CHANNELS.map((channel) => [channel, channelTopics(`${prefix}hub.deliveries.${channel}`, retryDelays)]),
  ) as Record<Channel, ChannelTopics>;
  return {
    events,
    allEvents: Object.values(events),
    eventsDead: `${prefix}hub.events.dead`,
    ...channels,
    attempts: `${prefix}hub.attempts`,
    destinations: `${prefix}hub.destinations`,
    lanes: `${prefix}hub.lanes`,
    erasures: `${prefix}hub.erasures`,
  };
}

function channelTopics(root: string, retryDelays: readonly RetryDelay[]): ChannelTopics {
  return {
    deliveries: root,
    retries: retryDelays.map((delay) => ({ ...delay, topic: `${root}.retry.${delay.name}` })),
    deferred: `${root}.deferred`,
    replay: `${root}.replay`,
    dead: `${root}.dead`,
  };
}

/** Topics that a channel's worker reads: partition p of all of them belongs to the same worker. */
export function workerTopics(channel: ChannelTopics): string[] {
  const { deliveries, retries, deferred, replay } = channel;
  return [deliveries, ...retries.map((retry) => retry.topic), deferred, replay];
}
