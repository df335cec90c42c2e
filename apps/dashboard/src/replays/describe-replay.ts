import type { Replay } from '../api/types.ts';

const WHAT: Readonly<Record<Replay['selection'], string>> = {
  held: 'held deliveries',
  failed: 'failed deliveries',
  all: 'past deliveries',
  missing: 'past events',
};

const PAUSES: Readonly<Record<string, string>> = {
  destination_disabled: 'paused, since its destination is disabled: enable it, then continue',
  'by hand': 'paused by hand',
};

/** What a replay does, in a sentence. */
export function describeReplay({
  selection,
  mode,
  status,
  reason,
}: Pick<Replay, 'selection' | 'mode' | 'status' | 'reason'>): string {
  const what = WHAT[selection];
  if (status === 'paused') return `Replay of ${what}, ${PAUSES[reason ?? ''] ?? 'paused'}`;
  if (mode === 'skip') return `Cancelling ${what}`;
  return mode === 'new' ? `Sending copies of ${what}` : `Sending ${what}`;
}
