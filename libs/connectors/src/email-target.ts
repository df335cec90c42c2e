import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Digested } from './digest.ts';

/** What of an e-mail destination is no secret. */
export interface EmailSettings extends Digested {
  recipients: readonly string[];
  /** Who asked to get no more; they are not to be added again. */
  unsubscribed?: readonly string[];
}

/** Most recipients of a destination: a list of more people is a mailing list's work. */
export const MAX_RECIPIENTS = 20;

/** Where it leads, as lists show it. */
export function emailAddress(recipients: readonly string[]): string {
  return recipients.join(', ');
}

/** The same on every attempt of a delivery, so that mail programs show a repetition once. */
export function messageIdOf(deliveryId: string, recipient: string, host: string): string {
  const digest = createHash('sha256').update(recipient).digest('hex').slice(0, 12);
  return `<${deliveryId}.${digest}@${host}>`;
}

/** Who wants to get no more of what. */
export interface Unsubscription {
  destinationId: string;
  recipient: string;
}

/** A text that proves, to whoever has the destination's secret, that a recipient was sent it. */
export function unsubscribeToken({ destinationId, recipient }: Unsubscription, secret: string): string {
  const subject = `${destinationId}.${Buffer.from(recipient).toString('base64url')}`;
  return `${subject}.${signatureOf(subject, secret)}`;
}

/** What a token claims; `isSigned` tells, by the secret of that destination, whether it is true. */
export function readUnsubscribeToken(
  token: string,
): (Unsubscription & { isSigned: (secret: string) => boolean }) | undefined {
  const match = /^([0-9a-f-]{36})\.([\w-]{1,500})\.([\w-]{43})$/.exec(token);
  const [, destinationId, encoded, signature] = match ?? [];
  if (destinationId === undefined || encoded === undefined || signature === undefined) return undefined;
  return {
    destinationId,
    recipient: Buffer.from(encoded, 'base64url').toString('utf8'),
    isSigned: (secret) => {
      const expected = signatureOf(`${destinationId}.${encoded}`, secret);
      return timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
    },
  };
}

// The leading word keeps a signature from being one of anything else that the secret may sign.
function signatureOf(subject: string, secret: string): string {
  return createHmac('sha256', secret).update(`unsubscribe.${subject}`).digest('base64url');
}
