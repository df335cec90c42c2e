import type { ReactNode } from 'react';

/** What a colour says. */
export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'quiet';

/** A word on a coloured ground. The word alone tells everything: colour only helps. */
export function Badge({
  tone,
  children,
  title,
}: {
  tone: Tone;
  children: ReactNode;
  title?: string | undefined;
}) {
  return (
    <span className="hub-badge" data-tone={tone} title={title}>
      {children}
    </span>
  );
}
