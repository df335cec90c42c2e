import { REPLAY_SELECTIONS, REPLAY_STATUSES } from '#database';
import type { ApiOperation } from '#service';
import { z } from 'zod';
import { pageOf } from '../answer-schemas.ts';
import { DELIVERY_STATUSES } from '../delivery.request.ts';
import { heldQuery, newReplay, replayQuery } from './replay.request.ts';

const id = z.uuid();
const time = z.iso.datetime();

const replay = z.object({
  id,
  destinationId: id,
  selection: z.enum(REPLAY_SELECTIONS),
  mode: z.enum(['again', 'new', 'skip']),
  eventTypes: z.array(z.string()),
  error: z.string().nullable(),
  from: time.nullable(),
  to: time,
  status: z.enum(REPLAY_STATUSES),
  reason: z.string().nullable().describe('Why it is paused or cancelled.'),
  total: z.int().describe('How many there were when it started, or more where some came late.'),
  sent: z.int().describe('How many were sent so far; cancelled, where it skips.'),
  skipped: z
    .int()
    .describe('How many were left out: their event is no longer stored, or the filter does not take it.'),
  createdAt: time,
  updatedAt: time,
  finishedAt: time.nullable(),
});

/** A replay in answers of other routes. */
export const shownReplay = replay
  .nullable()
  .describe('What sends or skips what it did not get so far, if anything.');

const whole = replay.extend({
  deliveries: z
    .partialRecord(z.enum(DELIVERY_STATUSES), z.int())
    .describe('How many of its deliveries stand where, but for those that a later replay took.'),
});

const preview = z.object({
  count: z.int(),
  oldestAt: time.nullable(),
  newestAt: time.nullable(),
  expectedSeconds: z.int().describe('How long sending them takes if all goes well.'),
});

const REPLAYS = '/v1/projects/{projectId}/replays';
const tag = 'Replays';

/** The routes of replays, with the schemas that check their requests. */
export const REPLAY_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'get',
    path: '/v1/projects/{projectId}/webhooks/{webhookId}/held',
    id: 'countHeld',
    tag,
    summary: 'Count the deliveries that a webhook did not get while it was disabled.',
    query: heldQuery,
    answer: preview,
  },
  {
    method: 'get',
    path: '/v1/projects/{projectId}/failures',
    id: 'countFailures',
    tag,
    summary:
      'Count the deliveries that have failed for good, by destination and by what their last attempt met. Replay those of one `error`, or redeliver one.',
    answer: z.object({
      items: z.array(
        z.object({
          destinationId: id,
          error: z
            .string()
            .nullable()
            .describe('An HTTP status or the name of an error, as replays take it.'),
          count: z.int(),
          oldestAt: time,
          newestAt: time,
        }),
      ),
    }),
  },
  {
    method: 'post',
    path: `${REPLAYS}/preview`,
    id: 'previewReplay',
    tag,
    summary: 'Count what a replay would send, without sending it.',
    body: newReplay,
    answer: preview,
  },
  {
    method: 'post',
    path: REPLAYS,
    id: 'startReplay',
    tag,
    summary:
      'Send deliveries of a destination again, behind everything that happens now. Event ids stay, unless asked otherwise.',
    body: newReplay,
    status: 202,
    answer: whole,
    conflict: 'The destination has 10 replays that are not over.',
  },
  {
    method: 'get',
    path: REPLAYS,
    id: 'listReplays',
    tag,
    summary: 'List the replays of a project, newest first.',
    query: replayQuery,
    answer: pageOf(replay),
  },
  {
    method: 'get',
    path: `${REPLAYS}/{replayId}`,
    id: 'getReplay',
    tag,
    summary: 'See how far a replay is, and what became of its deliveries.',
    answer: whole,
  },
  {
    method: 'post',
    path: `${REPLAYS}/{replayId}/pause`,
    id: 'pauseReplay',
    tag,
    summary: 'Pause a replay. What is under way goes on.',
    answer: whole,
    conflict: 'The replay is over.',
  },
  {
    method: 'post',
    path: `${REPLAYS}/{replayId}/continue`,
    id: 'continueReplay',
    tag,
    summary: 'Continue a replay that was paused, by hand or because its destination was disabled.',
    answer: whole,
    conflict: 'The replay is over.',
  },
  {
    method: 'post',
    path: `${REPLAYS}/{replayId}/cancel`,
    id: 'cancelReplay',
    tag,
    summary: 'Cancel a replay. What was sent stays sent; what was held and not sent yet stays held.',
    answer: whole,
    conflict: 'The replay is over.',
  },
];
