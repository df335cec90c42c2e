/** Why there was no HTTP status, in plain words. */
const CLASSES: Readonly<Record<string, string>> = {
  dns: 'The host name could not be resolved.',
  connect: 'No connection could be made.',
  tls: 'The TLS handshake failed: check the certificate.',
  timeout: 'There was no answer in time.',
  blocked: 'The address is not one that webhooks may reach.',
  reset: 'The connection was closed before an answer came.',
  protocol: 'The answer was not valid HTTP.',
  connection_closed:
    'The receiver closed an idle connection just as the request went out; it was sent again on a new one.',
  interrupted: 'The attempt was interrupted on our side; it is made again.',
};

/** What went wrong with an attempt, in plain words; null when nothing did. */
export function explainOutcome(attempt: { errorClass: string | null; status: number | null }): string | null {
  if (attempt.errorClass !== null) return CLASSES[attempt.errorClass] ?? 'The request failed.';
  if (attempt.status === null || (attempt.status >= 200 && attempt.status < 300)) return null;
  if (attempt.status >= 300 && attempt.status < 400) {
    return `The receiver answered ${attempt.status}: redirects are not followed.`;
  }
  return `The receiver answered ${attempt.status}; only 2xx counts as received.`;
}
