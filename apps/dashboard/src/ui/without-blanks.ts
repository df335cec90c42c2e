/** Filters as an address keeps them: those that are not set are not there. */
export function withoutBlanks<Filters extends object>(filters: Filters): Partial<Filters> {
  const kept = Object.entries(filters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Partial<Filters>;
}
