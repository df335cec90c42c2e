import type { Scope } from '../api/types.ts';

/** What an API key can be allowed to do, in words. */
export const SCOPES: Readonly<Record<Scope, string>> = {
  'events:write': 'Publish events',
  'events:read': 'See events and their bodies',
  'webhooks:read': 'See webhooks and other destinations',
  'webhooks:write': 'Create, change, test and delete webhooks and other destinations',
  'deliveries:read': 'See deliveries and their attempts',
  'deliveries:write': 'Send deliveries again',
  'visitors:erase': 'Erase what is stored of a visitor',
};
