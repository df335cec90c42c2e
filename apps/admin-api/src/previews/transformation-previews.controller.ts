import { eventOfBody, Filter } from '#filters';
import { Allow, Costly, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import { Transformer } from '#transformations';
import { Body, Controller, HttpCode, Param, Post, Req, type OnModuleDestroy } from '@nestjs/common';
import { requireFittingFilter } from '../filter.request.ts';
import { requireEvents } from './filter-previews.controller.ts';
import { PastEventStore, type PastEvent } from './past-event.store.ts';
import {
  daysBefore,
  transformationPreview,
  typesOf,
  type TransformationPreviewRequest,
} from './preview.request.ts';

const SHOWN = 5;
/** Of so many newest events, those that the filter takes are shown. */
const LOOKED_AT = 200;
/** Longer bodies are cut in previews. */
const MAX_SHOWN = 32_768;
const TIMEOUT_MS = 500;

/** A past event beside what a transformation makes of it. */
export interface TransformedEvent {
  id: string;
  type: string;
  acceptedAt: Date;
  before: string;
  /** Null when it makes none. */
  after: string | null;
  problem: string | null;
}

/** Transformations tried on past events. */
@Controller('/v1/projects/:projectId/transformation-previews')
export class TransformationPreviewsController implements OnModuleDestroy {
  private readonly transformer = new Transformer({ timeoutMs: TIMEOUT_MS, blockedMs: 2_000 });

  constructor(private readonly events: PastEventStore) {}

  @Post()
  @HttpCode(200)
  @Allow('webhooks:write')
  @Costly()
  async preview(
    @Req() request: AuthenticatedRequest,
    @Param('projectId') projectId: string,
    @Body(new ZodBodyPipe(transformationPreview)) body: TransformationPreviewRequest,
  ): Promise<{ items: TransformedEvent[] }> {
    requireEvents(request);
    requireFittingFilter(body);
    const { eventTypes, transformation, filter, days } = body;
    const since = daysBefore(Date.now(), days);
    const query = { types: typesOf(eventTypes), since, limit: filter == null ? SHOWN : LOOKED_AT };
    const found = await this.events.page(projectId, query);
    const items = matching(found, filter).map((event) => this.show(transformation, event));
    return { items: await Promise.all(items) };
  }

  /** Nest calls this when the process stops. */
  onModuleDestroy(): Promise<void> {
    return this.transformer.close();
  }

  private async show(transformation: string, event: PastEvent): Promise<TransformedEvent> {
    const { id, type, acceptedAt, body } = event;
    const result = await this.transformer.run(transformation, body);
    const common = { id, type, acceptedAt, before: cut(body) };
    return result.kind === 'failed'
      ? { ...common, after: null, problem: result.reason }
      : { ...common, after: cut(result.body), problem: null };
  }
}

function matching(events: PastEvent[], expression?: string | null): PastEvent[] {
  if (expression == null) return events;
  const filter = new Filter(expression);
  const found: PastEvent[] = [];
  for (const event of events) {
    if (found.length === SHOWN) break;
    if (filter.judge(eventOfBody(event.body)).kind === 'matched') found.push(event);
  }
  return found;
}

function cut(body: Buffer): string {
  const text = body.toString('utf8');
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
