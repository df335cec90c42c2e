import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './client.ts';

const MAX_RETRIES = 2;

// What was refused stays refused; only what may pass by itself is tried again.
const isPassing = (error: unknown) =>
  !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500;

/** Answers of the API, kept while pages come and go. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => isPassing(error) && count < MAX_RETRIES,
      refetchOnWindowFocus: true,
    },
  },
});
