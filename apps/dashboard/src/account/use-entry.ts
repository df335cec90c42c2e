import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { meQuery } from '../api/session.ts';
import type { Me } from '../api/types.ts';

/** Signs in by a call that answers with who that is, and goes where they wanted to. */
export function useEntry<Values>(enter: (values: Values) => Promise<Me>, goal = '/') {
  const queries = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: enter,
    onSuccess: (me) => {
      queries.clear();
      queries.setQueryData(meQuery.queryKey, me);
      router.history.push(goal);
    },
    gcTime: 0,
  });
}
