import type { Delivery, Destination } from '#events';

const T0 = Date.UTC(2025, 5, 9, 12);

/** Some delivery's first attempt, with the fields that matter to a test. */
export function sampleDelivery(fields: Partial<Delivery> = {}): Delivery {
  return {
    id: '0197a1b2-0000-5000-8000-00000000000d',
    eventId: '0197a1b2-0000-7000-8000-0000000000e1',
    eventType: 'experiment.conversion',
    tenantId: '0197a1b2-0000-7000-8000-0000000000a1',
    projectId: '0197a1b2-0000-7000-8000-0000000000b1',
    destinationId: '0197a1b2-0000-7000-8000-0000000000c1',
    acceptedAt: T0,
    body: Buffer.from('{"id":"0197a1b2-0000-7000-8000-0000000000e1"}'),
    isTransformed: false,
    visitorId: null,
    problem: null,
    attempt: 1,
    uncounted: 0,
    dueAt: null,
    trigger: 'event',
    replayId: null,
    batch: null,
    ...fields,
  };
}

/** Some enabled webhook that takes every event, with the fields that matter to a test. */
export function sampleDestination(fields: Partial<Destination> = {}): Destination {
  return {
    id: '0197a1b2-0000-7000-8000-0000000000c1',
    tenantId: '0197a1b2-0000-7000-8000-0000000000a1',
    projectId: '0197a1b2-0000-7000-8000-0000000000b1',
    kind: 'webhook',
    name: 'orders',
    url: 'https://receiver.test/hook',
    eventTypes: ['*'],
    filter: null,
    transformation: null,
    isEnabled: true,
    enabledEpoch: 1,
    disabledReason: null,
    secret: Buffer.alloc(0),
    nextSecret: null,
    nextSecretAt: null,
    config: '{}',
    headers: {},
    rateLimit: null,
    version: 1,
    createdAt: T0,
    updatedAt: T0,
    ...fields,
  };
}
