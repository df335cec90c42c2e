import { randomUUID } from 'node:crypto';
import type { FieldShape, RecordShape, Shape, WrittenEvent } from '#events';

type Kind = Exclude<Shape['kind'], 'array' | 'record'>;

/** A field of a shape. */
export function field(name: string, shape: Kind | Shape, isOptional = false): FieldShape {
  const of = typeof shape === 'string' ? ({ kind: shape } as Shape) : shape;
  return { name, doc: '', shape: of, isOptional, default: undefined };
}

/** The shape of a survey's answer, with further fields or others of the same name. */
export function responseShape(...further: FieldShape[]): RecordShape {
  const assignment: RecordShape = {
    kind: 'record',
    fields: [field('experimentKey', 'string'), field('variantKey', 'string')],
  };
  const own = [
    ...[field('surveyId', 'string'), field('responseId', 'string'), field('score', 'int')],
    ...[field('scaleMin', 'int'), field('scaleMax', 'int'), field('comment', 'string', true)],
    ...[field('anonymousId', 'uuid'), field('url', 'string'), field('submittedAt', 'timestamp')],
    field('assignments', { kind: 'array', items: assignment }),
  ];
  const names = new Set(further.map(({ name }) => name));
  return { kind: 'record', fields: [...own.filter(({ name }) => !names.has(name)), ...further] };
}

/** Ids of a sample response's owner. */
export const OWNER: { tenantId: string; projectId: string } = {
  tenantId: '0197a1b2-0000-7000-8000-0000000000a1',
  projectId: '0197a1b2-0000-7000-8000-0000000000b1',
};

const SHAPE = responseShape();
const SUBMITTED_AT = Date.parse('2025-06-09T12:00:00.000Z');

/** A survey's answer as the sink reads it from Kafka. */
export function writtenResponse(
  data: Record<string, unknown> = {},
  {
    id = randomUUID(),
    shape = SHAPE,
    ...owner
  }: Partial<typeof OWNER> & { id?: string; shape?: RecordShape } = {},
): WrittenEvent {
  const event = {
    ...{ id, ...OWNER, ...owner, createdAt: SUBMITTED_AT },
    data: {
      ...{ surveyId: 'checkout', responseId: `r-${id}`, score: 6, scaleMin: 1, scaleMax: 7, comment: null },
      ...{ anonymousId: randomUUID(), url: 'https://shop.example.com/thanks?a=1', submittedAt: SUBMITTED_AT },
      assignments: [{ experimentKey: 'checkout-button', variantKey: 'green' }],
      ...data,
    },
  };
  return { type: 'ces.response_created', schemaId: 1, shape, event, body: JSON.stringify(event) };
}
