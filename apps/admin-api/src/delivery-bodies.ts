import { visitorOf } from '#delivery';
import type { Delivery } from '#events';
import { Transformer } from '#transformations';

/** What decides over the body of a delivery that is sent once more, or late. */
export interface Resent {
  attempts: number;
  /** Of its requests, where it is not the event's own. */
  ownBody: Buffer | null;
  /** As its webhook has it now. */
  transformation: string | null;
}

/** The fields of a delivery that tell of its body. */
export type BodyFields = Pick<Delivery, 'body' | 'isTransformed' | 'visitorId'>;

/**
 * Bodies of deliveries that the dispatcher did not send: once it was sent, a body stays as it is; before, it is made
 * by the transformation of now, which may have been repaired.
 */
export class DeliveryBodies {
  readonly #transformer = new Transformer();

  async make(
    { attempts, ownBody, transformation }: Resent,
    eventBody: Buffer,
  ): Promise<({ kind: 'made' } & BodyFields) | { kind: 'failed'; reason: string }> {
    if (ownBody !== null) return { kind: 'made', ...ownFields(ownBody, eventBody) };
    const asItIs = { body: eventBody, isTransformed: false, visitorId: null };
    if (attempts > 0 || transformation === null) return { kind: 'made', ...asItIs };
    const result = await this.#transformer.run(transformation, eventBody);
    return result.kind === 'failed' ? result : { kind: 'made', ...ownFields(result.body, eventBody) };
  }

  /** Nest calls this when the process stops. */
  onModuleDestroy(): Promise<void> {
    return this.#transformer.close();
  }
}

function ownFields(body: Buffer, eventBody: Buffer): BodyFields {
  const visitorId = visitorOf({ body: eventBody, isTransformed: false, visitorId: null }) ?? null;
  return { body, isTransformed: true, visitorId };
}
