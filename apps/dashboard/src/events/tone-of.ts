import type { Explanation } from '../api/types.ts';
import type { Tone } from '../ui/badge.tsx';

const GOOD: readonly Explanation['answer'][] = ['delivered'];
const BAD: readonly Explanation['answer'][] = ['failed', 'egress_refused', 'filter_failed'];
const WAITING: readonly Explanation['answer'][] = ['retrying', 'held', 'disabled'];

/** How an answer looks. That a destination did not want an event is no fault. */
export function toneOf(answer: Explanation['answer']): Tone {
  if (GOOD.includes(answer)) return 'good';
  if (BAD.includes(answer)) return 'bad';
  return WAITING.includes(answer) ? 'warn' : 'quiet';
}
