import { decryptSecret, verifySignature, type MasterKeys, type Verdict } from '#webhooks';
import type { Destination } from '#events';
import type { ReceivedRow } from './inspector.store.ts';

/** What a receiver that checks signatures would say of a request. */
export interface SignatureCheck {
  isGenuine: boolean;
  /** The webhook whose secret the request was signed with. */
  webhook: { id: string; name: string } | null;
  /** In plain words. */
  explanation: string;
}

type Reason = Extract<Verdict, { ok: false }>['reason'];

const REASONS: Readonly<Record<Reason, string>> = {
  'header-missing': 'There is no X-Ttoolab-Signature: this request does not come from the hub.',
  'timestamp-invalid': 'X-Ttoolab-Timestamp is not a number of seconds.',
  'timestamp-out-of-tolerance': 'It was signed more than 300 s before it came, or after.',
  'signature-mismatch': 'No webhook that leads here has the secret that it was signed with.',
};

/** Checks a request, as it was when it came, with the secrets of the webhooks that lead to the inspector. */
export function checkSignature(
  { headers, body, receivedAt }: Pick<ReceivedRow, 'headers' | 'body' | 'receivedAt'>,
  webhooks: readonly Destination[],
  masterKeys: MasterKeys,
): SignatureCheck {
  let reason: Reason = 'signature-mismatch';
  for (const { id, name, secret, nextSecret } of webhooks)
    for (const encrypted of [secret, nextSecret].filter((each) => each !== null)) {
      const verdict = verifySignature({
        scheme: 'ttoolab',
        headers,
        body,
        secret: decryptSecret(encrypted, masterKeys, id),
        nowMs: receivedAt.getTime(),
      });
      if (verdict.ok)
        return { isGenuine: true, webhook: { id, name }, explanation: `Signed with the secret of ${name}.` };
      ({ reason } = verdict);
    }
  return { isGenuine: false, webhook: null, explanation: REASONS[reason] };
}
