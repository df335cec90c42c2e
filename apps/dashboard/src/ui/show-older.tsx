import { Button, Center } from '@mantine/core';

/** What is asked of a list that comes in pages. */
interface PagedList {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** Asks for the next page of a list, as long as there is one. */
export function ShowOlder({ list }: { list: PagedList }) {
  if (!list.hasNextPage) return null;
  return (
    <Center>
      <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        Show older
      </Button>
    </Center>
  );
}
