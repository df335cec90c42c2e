import { numberOf, textOf, type EventData } from '../read-body.ts';
import { sayCount, sayTime } from '../say.ts';
import type { Wording } from './wording.ts';

/** The words for what concerns the account. */
export function writeAccount(data: EventData, type: string): Wording {
  switch (type) {
    case 'usage.limit_reached':
      return {
        title: `Limit reached: ${textOf(data, 'metric')}`,
        facts: [
          ['Used', `${sayCount(numberOf(data, 'used'))} of ${sayCount(numberOf(data, 'limit'))}`],
          ['Plan', textOf(data, 'planKey')],
          ['Starts again', sayTime(textOf(data, 'periodEnd'))],
        ],
      };
    case 'billing.plan_changed':
      return {
        title: `Plan changed: ${textOf(data, 'previousPlanKey')} → ${textOf(data, 'planKey')}`,
        facts: [['Applies from', sayTime(textOf(data, 'effectiveAt'))]],
      };
    default:
      return { title: 'Test from Ttoolab', facts: [['Message', textOf(data, 'message')]] };
  }
}
