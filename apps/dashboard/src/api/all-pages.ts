const PAGE = 100;
/** Beyond it nobody reads a list; whoever has more filters it or uses the API. */
const MOST_PAGES = 10;

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Every item of a list that comes in pages, up to a thousand. */
export async function allPages<Item>(
  ask: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | null = null;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const page: Page<Item> = await ask({ limit: PAGE, ...(cursor !== null && { cursor }) });
    all.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return all;
}
