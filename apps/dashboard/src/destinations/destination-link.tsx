import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Kind } from './kinds.ts';

interface DestinationLinkProps {
  projectId: string;
  destination: { id: string; kind: Kind };
  className?: string;
  children: ReactNode;
}

/** Leads to the page of a destination; webhooks have more to show than the others. */
export function DestinationLink({ projectId, destination, className, children }: DestinationLinkProps) {
  const { id, kind } = destination;
  if (kind === 'webhook')
    return (
      <Link
        className={className}
        to="/projects/$projectId/webhooks/$webhookId"
        params={{ projectId, webhookId: id }}
      >
        {children}
      </Link>
    );
  return (
    <Link
      className={className}
      to="/projects/$projectId/destinations/$destinationId"
      params={{ projectId, destinationId: id }}
    >
      {children}
    </Link>
  );
}
