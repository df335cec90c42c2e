import { setImmediate as nextTurn } from 'node:timers/promises';
import { accessOf, Allow, Costly, forbidden, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { requireFittingFilter } from '../filter.request.ts';
import { FilterTally, type JudgedEvent } from './filter-tally.ts';
import { PastEventStore, type PastEvent } from './past-event.store.ts';
import { daysBefore, filterPreview, typesOf, type FilterPreviewRequest } from './preview.request.ts';

/** Most events that one preview looks at, and how long it may take. */
const MAX_SCANNED = 10_000;
const MAX_MS = 2_000;
const PAGE = 200;
/** So long it may keep others waiting. */
const TURN_MS = 10;

/** What a filter would have taken of past events. */
export interface FilterPreview {
  from: Date;
  /** False when there are more events than were looked at: the newest were. */
  isComplete: boolean;
  scanned: number;
  matched: number;
  failed: number;
  matches: JudgedEvent[];
  nearMisses: JudgedEvent[];
}

/** Filters tried on past events. */
@Controller('/v1/projects/:projectId/filter-previews')
export class FilterPreviewsController {
  constructor(private readonly events: PastEventStore) {}

  @Post()
  @HttpCode(200)
  @Allow('webhooks:write')
  @Costly()
  async preview(
    @Req() request: AuthenticatedRequest,
    @Param('projectId') projectId: string,
    @Body(new ZodBodyPipe(filterPreview)) body: FilterPreviewRequest,
  ): Promise<FilterPreview> {
    requireEvents(request);
    requireFittingFilter(body);
    const startedAt = performance.now();
    const from = daysBefore(Date.now(), body.days);
    const tally = new FilterTally(body.filter);
    const isLate = () => performance.now() - startedAt > MAX_MS;
    const query = { types: typesOf(body.eventTypes), since: from, limit: PAGE };
    let last: PastEvent | undefined;
    let isComplete = false;
    while (!isComplete && tally.scanned < MAX_SCANNED && !isLate()) {
      const page = await this.events.page(projectId, { ...query, before: last });
      last = page.at(-1);
      isComplete = (await addAll(tally, page, isLate)) && last === undefined;
    }
    const { scanned, matched, failed, matches, nearMisses } = tally;
    return { from, isComplete, scanned, matched, failed, matches, nearMisses };
  }
}

/** What shows events is for those who may see them. */
export function requireEvents(request: AuthenticatedRequest): void {
  if (!accessOf(request).permissions.has('events:read')) throw forbidden('events:read');
}

/** False when it had no time for all. */
async function addAll(tally: FilterTally, events: PastEvent[], isLate: () => boolean): Promise<boolean> {
  let turnStartedAt = performance.now();
  for (const event of events) {
    tally.add(event);
    if (performance.now() - turnStartedAt < TURN_MS) continue;
    if (isLate()) return event === events.at(-1);
    await nextTurn();
    turnStartedAt = performance.now();
  }
  return true;
}
