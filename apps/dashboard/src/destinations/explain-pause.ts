const SENTENCES: Readonly<Record<string, string>> = {
  'disabled by hand': 'Somebody disabled it',
  consecutive_failures: 'Too many attempts in a row failed',
  gone: 'Its endpoint answered 410 Gone, which asks for nothing more',
};

/** Why a webhook is disabled, in plain words; a reason that is not known stands for itself. */
export function explainPause(reason: string | null): string {
  return SENTENCES[reason ?? ''] ?? reason ?? 'It is disabled';
}
