import { listOf, numberOf, textOf, type EventData } from '../read-body.ts';
import { sayMoney } from '../say.ts';
import type { Wording } from './wording.ts';

/** The words for what one visitor did. */
export function writeVisit(data: EventData, type: string): Wording {
  if (type === 'ces.response_created') return writeSurvey(data);
  const [experiment, variant] = [textOf(data, 'experimentKey'), textOf(data, 'variantKey')];
  const page = ['Page', textOf(data, 'url')] as const;
  if (type === 'experiment.exposure')
    return { title: `Visitor in ${experiment} (variant ${variant})`, facts: [page] };
  const revenue = numberOf(data, 'revenue');
  return {
    title: `Conversion on ${experiment} (variant ${variant})`,
    facts: [
      ['Goal', textOf(data, 'eventName')],
      ['Revenue', revenue === undefined ? '' : sayMoney(revenue, textOf(data, 'currency'))],
      page,
    ],
  };
}

function writeSurvey(data: EventData): Wording {
  const assignments = listOf(data, 'assignments').map(
    (each) => `${textOf(each, 'experimentKey')} (${textOf(each, 'variantKey')})`,
  );
  return {
    title: `Effort score ${textOf(data, 'score')} of ${textOf(data, 'scaleMax')}`,
    facts: [
      ['Page', textOf(data, 'url')],
      ['Experiments', assignments.join(', ')],
    ],
    quotes: [textOf(data, 'comment')],
  };
}
