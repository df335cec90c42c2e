// Generated from schemas/ by tools/generate-events.ts. Do not edit: run `npm run generate`.

/** Milliseconds since 1970, UTC. */
export type TimestampMs = number;

/** Any JSON object. */
export type JsonObject = Record<string, unknown>;

/** The variant that a visitor saw of one experiment. */
export interface Assignment {
  experimentKey: string;
  variantKey: string;
}

/** Sent when the account's plan changed. */
export interface BillingPlanChanged {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: BillingPlanChangedData;
}

/** What billing.plan_changed carries. */
export interface BillingPlanChangedData {
  previousPlanKey: string;
  planKey: string;
  changedAt: TimestampMs;
  effectiveAt: TimestampMs;
}

/** Sent when a visitor answered a customer effort score (CES) survey. */
export interface CesResponseCreated {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: CesResponseCreatedData;
}

/** What ces.response_created carries. */
export interface CesResponseCreatedData {
  surveyId: string;
  responseId: string;
  score: number;
  scaleMin: number;
  scaleMax: number;
  comment: string | null;
  anonymousId: string;
  url: string;
  submittedAt: TimestampMs;
  assignments: Assignment[];
}

/** Sent when a delivery has failed for good: its attempts are used up, or it was refused in a way that another attempt does not change. */
export interface DeliveryExhausted {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: DeliveryExhaustedData;
}

/** What delivery.exhausted carries. */
export interface DeliveryExhaustedData {
  destinationId: string;
  kind: string;
  name: string;
  deliveryId: string;
  eventId: string;
  eventType: string;
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
}

/** Sent when a visitor who takes part in an experiment met one of its goals. */
export interface ExperimentConversion {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: ExperimentConversionData;
}

/** What experiment.conversion carries. */
export interface ExperimentConversionData {
  experimentId: string;
  experimentKey: string;
  variantId: string;
  variantKey: string;
  anonymousId: string;
  eventName: string;
  url: string;
  payload: JsonObject;
  goalId: string | null;
  goalType: string | null;
  revenue: number | null;
  currency: string | null;
  referrer: string | null;
}

/** Sent when an experiment was created in the project. */
export interface ExperimentCreated {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: ExperimentCreatedData;
}

/** What experiment.created carries. */
export interface ExperimentCreatedData {
  experimentId: string;
  experimentKey: string;
  name: string;
  experimentType: string;
  status: string;
  variants: Variant[];
}

/** Sent when a visitor was assigned a variant of an experiment. */
export interface ExperimentExposure {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: ExperimentExposureData;
}

/** What experiment.exposure carries. */
export interface ExperimentExposureData {
  experimentId: string;
  experimentKey: string;
  variantId: string;
  variantKey: string;
  anonymousId: string;
  eventName: string;
  url: string;
  payload: JsonObject;
}

/** Sent when an experiment was completed. */
export interface ExperimentFinished {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: ExperimentFinishedData;
}

/** What experiment.finished carries. */
export interface ExperimentFinishedData {
  experimentId: string;
  experimentKey: string;
  name: string;
  experimentType: string;
  status: string;
  variants: Variant[];
  finishedAt: TimestampMs;
  winnerVariantKey: string | null;
}

/** Sent when a running experiment was paused. */
export interface ExperimentPaused {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: ExperimentPausedData;
}

/** What experiment.paused carries. */
export interface ExperimentPausedData {
  experimentId: string;
  experimentKey: string;
  name: string;
  experimentType: string;
  status: string;
  variants: Variant[];
  pausedAt: TimestampMs;
  reason: string | null;
}

/** Sent when an experiment's configuration reached the edge, so that visitors get it from now on. */
export interface ExperimentPublished {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: ExperimentPublishedData;
}

/** What experiment.published carries. */
export interface ExperimentPublishedData {
  experimentId: string;
  experimentKey: string;
  name: string;
  experimentType: string;
  status: string;
  variants: Variant[];
  version: number;
  publishedAt: TimestampMs;
}

/** Sent when an experiment started running, for the first time or after a pause. */
export interface ExperimentStarted {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: ExperimentStartedData;
}

/** What experiment.started carries. */
export interface ExperimentStartedData {
  experimentId: string;
  experimentKey: string;
  name: string;
  experimentType: string;
  status: string;
  variants: Variant[];
  startedAt: TimestampMs;
}

/** Sent when a variant of an experiment turned out to be significantly better than the control. */
export interface ExperimentWinnerDetected {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: ExperimentWinnerDetectedData;
}

/** What experiment.winner_detected carries. */
export interface ExperimentWinnerDetectedData {
  experimentId: string;
  experimentKey: string;
  winnerVariantId: string;
  winnerVariantKey: string;
  goalId: string;
  uplift: number;
  confidence: number;
  exposures: number;
  conversions: number;
}

/** What one attempt met. */
export interface FailedAttempt {
  at: TimestampMs;
  status: number | null;
  error: string | null;
  answer: string | null;
}

/** Sent when a feature flag was created in the project. */
export interface FeatureFlagCreated {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: FeatureFlagCreatedData;
}

/** What feature_flag.created carries. */
export interface FeatureFlagCreatedData {
  flagId: string;
  flagKey: string;
  name: string;
  status: string;
  variants: Variant[];
}

/** Sent when a visitor was given a feature flag's variant. */
export interface FeatureFlagExposed {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: FeatureFlagExposedData;
}

/** What feature_flag.exposed carries. */
export interface FeatureFlagExposedData {
  experimentId: string;
  experimentKey: string;
  flagKey: string;
  variantId: string;
  variantKey: string;
  anonymousId: string;
  eventName: string;
  url: string;
  payload: JsonObject;
}

/** Sent when a feature flag was changed or published. */
export interface FeatureFlagUpdated {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: FeatureFlagUpdatedData;
}

/** What feature_flag.updated carries. */
export interface FeatureFlagUpdatedData {
  flagId: string;
  flagKey: string;
  name: string;
  status: string;
  variants: Variant[];
}

/** Sent when the account reached a limit of its plan, once for each metric and period. */
export interface UsageLimitReached {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: UsageLimitReachedData;
}

/** What usage.limit_reached carries. */
export interface UsageLimitReachedData {
  metric: string;
  limit: number;
  used: number;
  periodStart: TimestampMs;
  periodEnd: TimestampMs;
  planKey: string;
}

/** One variant of an experiment or a flag. */
export interface Variant {
  variantId: string;
  variantKey: string;
  name: string;
  isControl: boolean;
  weight: number;
}

/** Sent when the hub has disabled a destination because it kept failing, or answered 410 Gone. */
export interface WebhookDisabled {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: WebhookDisabledData;
}

/** What webhook.disabled carries. */
export interface WebhookDisabledData {
  destinationId: string;
  kind: string;
  name: string;
  reason: string;
  consecutiveFailures: number;
  lastAttempts: FailedAttempt[];
}

/** Sent when five attempts at a destination in a row have failed; deliveries go on as single probes. */
export interface WebhookFailing {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: WebhookFailingData;
}

/** What webhook.failing carries. */
export interface WebhookFailingData {
  destinationId: string;
  kind: string;
  name: string;
  consecutiveFailures: number;
  lastStatus: number | null;
  lastError: string | null;
}

/** Sent when a destination that was failing, or was disabled for it, takes a delivery again. */
export interface WebhookRecovered {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: WebhookRecoveredData;
}

/** What webhook.recovered carries. */
export interface WebhookRecoveredData {
  destinationId: string;
  kind: string;
  name: string;
  failuresBefore: number;
}

/** Sent to one webhook, whatever it subscribes to, by Send test in the dashboard. */
export interface WebhookTest {
  id: string;
  tenantId: string;
  projectId: string;
  createdAt: TimestampMs;
  data: WebhookTestData;
}

/** What webhook.test carries. */
export interface WebhookTestData {
  message: string;
  test: boolean;
}

/** The outcome of one HTTP request of a delivery. Key: destinationId. */
export interface Attempt {
  deliveryId: string;
  eventId: string;
  eventType: string;
  tenantId: string;
  projectId: string;
  destinationId: string;
  acceptedAt: TimestampMs;
  number: number;
  startedAt: TimestampMs;
  durationMs: number;
  url: string;
  outcome: AttemptOutcome;
  errorClass: string | null;
  status: number | null;
  requestHeaders: Record<string, string>;
  responseHeaders: Record<string, string>;
  responseBody: Buffer;
  isResponseTruncated: boolean;
  deliveryStatus: DeliveryStatus;
  nextAttemptAt: TimestampMs | null;
  consecutiveFailures: number;
  disablesDestination: boolean;
  disabledReason: string | null;
  enabledEpoch: number;
  batch: RequestBatch | null;
}

/** How an attempt ended. */
export type AttemptOutcome = 'delivered' | 'rejected' | 'unreachable' | 'interrupted';

/** Where a delivery stands after an attempt. */
export type DeliveryStatus = 'success' | 'retrying' | 'failed';

/** A record that could not be handled, whole, with the reason. Key: that of the record. */
export interface DeadLetter {
  topic: string;
  partition: number;
  offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, Buffer>;
  reason: string;
  detail: string;
  failedAt: TimestampMs;
}

/** One event on its way to one destination. Key: destinationId. */
export interface Delivery {
  id: string;
  eventId: string;
  eventType: string;
  tenantId: string;
  projectId: string;
  destinationId: string;
  acceptedAt: TimestampMs;
  body: Buffer;
  isTransformed: boolean;
  visitorId: string | null;
  problem: string | null;
  attempt: number;
  uncounted: number;
  dueAt: TimestampMs | null;
  trigger: DeliveryTrigger;
  replayId: string | null;
  batch: RequestBatch | null;
}

/** What started it. */
export type DeliveryTrigger = 'event' | 'redelivery';

/** A delivery that is not attempted any more for now. Key: destinationId. */
export interface DeliveryParked {
  deliveryId: string;
  eventId: string;
  eventType: string;
  tenantId: string;
  projectId: string;
  destinationId: string;
  acceptedAt: TimestampMs;
  status: ParkedStatus;
  reason: string;
  attempts: number;
  parkedAt: TimestampMs;
}

/** How a delivery was parked. */
export type ParkedStatus = 'held' | 'cancelled' | 'gathered';

/** A destination as dispatchers and workers know it, on a compacted topic. Key: id; a tombstone means deleted. */
export interface Destination {
  id: string;
  tenantId: string;
  projectId: string;
  kind: DestinationKind;
  name: string;
  url: string;
  eventTypes: string[];
  filter: string | null;
  transformation: string | null;
  isEnabled: boolean;
  enabledEpoch: number;
  disabledReason: string | null;
  secret: Buffer;
  nextSecret: Buffer | null;
  nextSecretAt: TimestampMs | null;
  config: string;
  headers: Record<string, Buffer>;
  rateLimit: number | null;
  version: number;
  createdAt: TimestampMs;
  updatedAt: TimestampMs;
}

/** Kind of destination. */
export type DestinationKind = 'webhook' | 'slack' | 'email';

/** Something that the hub was told to forget, on a compacted topic that every stage follows. Key: id; a tombstone means that nothing of it can still be on a topic. */
export interface Erasure {
  id: string;
  kind: ErasureKind;
  tenantId: string;
  projectId: string | null;
  subject: Buffer | null;
  requestedAt: TimestampMs;
}

/** What is forgotten. */
export type ErasureKind = 'visitor' | 'project' | 'tenant';

/** What a worker remembers of a destination beyond its own life, on a compacted topic. Key: destinationId. */
export interface LaneState {
  destinationId: string;
  enabledEpoch: number;
  consecutiveFailures: number;
  disabledAt: TimestampMs | null;
  updatedAt: TimestampMs;
}

/** A request that carries several deliveries. */
export interface RequestBatch {
  id: string;
  size: number;
}

/** Every event record by its full name. */
export interface Events {
  'hub.events.BillingPlanChanged': BillingPlanChanged;
  'hub.events.CesResponseCreated': CesResponseCreated;
  'hub.events.DeliveryExhausted': DeliveryExhausted;
  'hub.events.ExperimentConversion': ExperimentConversion;
  'hub.events.ExperimentCreated': ExperimentCreated;
  'hub.events.ExperimentExposure': ExperimentExposure;
  'hub.events.ExperimentFinished': ExperimentFinished;
  'hub.events.ExperimentPaused': ExperimentPaused;
  'hub.events.ExperimentPublished': ExperimentPublished;
  'hub.events.ExperimentStarted': ExperimentStarted;
  'hub.events.ExperimentWinnerDetected': ExperimentWinnerDetected;
  'hub.events.FeatureFlagCreated': FeatureFlagCreated;
  'hub.events.FeatureFlagExposed': FeatureFlagExposed;
  'hub.events.FeatureFlagUpdated': FeatureFlagUpdated;
  'hub.events.UsageLimitReached': UsageLimitReached;
  'hub.events.WebhookDisabled': WebhookDisabled;
  'hub.events.WebhookFailing': WebhookFailing;
  'hub.events.WebhookRecovered': WebhookRecovered;
  'hub.events.WebhookTest': WebhookTest;
}

/** Every one of the hub's own records by its full name. */
export interface PipelineRecords {
  'hub.pipeline.Attempt': Attempt;
  'hub.pipeline.DeadLetter': DeadLetter;
  'hub.pipeline.Delivery': Delivery;
  'hub.pipeline.DeliveryParked': DeliveryParked;
  'hub.pipeline.Destination': Destination;
  'hub.pipeline.Erasure': Erasure;
  'hub.pipeline.LaneState': LaneState;
  'hub.pipeline.RequestBatch': RequestBatch;
}

/** Event type → full name of its record. */
export const RECORD_OF = {
  'billing.plan_changed': 'hub.events.BillingPlanChanged',
  'ces.response_created': 'hub.events.CesResponseCreated',
  'delivery.exhausted': 'hub.events.DeliveryExhausted',
  'experiment.conversion': 'hub.events.ExperimentConversion',
  'experiment.created': 'hub.events.ExperimentCreated',
  'experiment.exposure': 'hub.events.ExperimentExposure',
  'experiment.finished': 'hub.events.ExperimentFinished',
  'experiment.paused': 'hub.events.ExperimentPaused',
  'experiment.published': 'hub.events.ExperimentPublished',
  'experiment.started': 'hub.events.ExperimentStarted',
  'experiment.winner_detected': 'hub.events.ExperimentWinnerDetected',
  'feature_flag.created': 'hub.events.FeatureFlagCreated',
  'feature_flag.exposed': 'hub.events.FeatureFlagExposed',
  'feature_flag.updated': 'hub.events.FeatureFlagUpdated',
  'usage.limit_reached': 'hub.events.UsageLimitReached',
  'webhook.disabled': 'hub.events.WebhookDisabled',
  'webhook.failing': 'hub.events.WebhookFailing',
  'webhook.recovered': 'hub.events.WebhookRecovered',
  'webhook.test': 'hub.events.WebhookTest',
} as const;

/** One of the event types, such as `experiment.created`. */
export type EventType = keyof typeof RECORD_OF;

/** The record of one event type. */
export type EventOf<T extends EventType> = Events[(typeof RECORD_OF)[T]];
