import type { ReactNode } from 'react';
import { EmptyState } from '../ui/empty-state.tsx';

/** In place of what a role does not allow: who may, so that somebody can be asked. */
export function NotAllowed({ who, children }: { who: string; children: ReactNode }) {
  return (
    <EmptyState title="Your role does not allow this">
      {who} may {children}. Ask one of them to do it, or to change your role.
    </EmptyState>
  );
}
