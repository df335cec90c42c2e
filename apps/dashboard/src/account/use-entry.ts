import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { call, meQuery, type Me } from '../api/session.ts';

/** Signs in by a call that answers with who that is, and goes where they wanted to. */
export function useEntry<Values>(path: string, toBody: (values: Values) => object, goal = '/') {
  const queries = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: (values: Values) => call<Me>('POST', path, toBody(values)),
    onSuccess: (me) => {
      queries.clear();
      queries.setQueryData(meQuery.queryKey, me);
      router.history.push(goal);
    },
    gcTime: 0,
  });
}
