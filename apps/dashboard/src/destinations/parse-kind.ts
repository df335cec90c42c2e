/** The kind of a new destination in the address; nothing there stands for a webhook. */
export function parseKind(search: Record<string, unknown>): { kind?: 'slack' | 'email' } {
  const { kind } = search;
  return kind === 'slack' || kind === 'email' ? { kind } : {};
}
