/** Filters of the list of events, as they stand in the address. */
export interface EventFilters {
  id?: string;
  type?: string;
  from?: string;
  to?: string;
}

/** What of an address are filters; anything else in it is dropped. */
export function parseEventFilters(search: Record<string, unknown>): EventFilters {
  const { id, type, from, to } = search;
  return {
    ...(typeof id === 'string' && { id }),
    ...(typeof type === 'string' && { type }),
    ...(typeof from === 'string' && !Number.isNaN(Date.parse(from)) && { from }),
    ...(typeof to === 'string' && !Number.isNaN(Date.parse(to)) && { to }),
  };
}
