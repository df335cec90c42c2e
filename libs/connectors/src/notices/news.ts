import { listOf, textOf, type EventData } from '../read-body.ts';
import { sayTime } from '../say.ts';
import type { Wording } from './wording.ts';

const KINDS: Readonly<Record<string, string>> = {
  webhook: 'Webhook',
  slack: 'Slack destination',
  email: 'E-mail destination',
};

const REASONS: Readonly<Record<string, string>> = {
  consecutive_failures: 'it kept failing',
  gone: 'it answered 410 Gone',
};

/** The words for the hub's own news. */
export function writeNews(data: EventData, type: string): Wording {
  const what = `${KINDS[textOf(data, 'kind')] ?? 'Destination'} “${textOf(data, 'name')}”`;
  const last = ['Last answer', textOf(data, 'lastStatus') || textOf(data, 'lastError')] as const;
  switch (type) {
    case 'webhook.failing':
      return {
        title: `${what} is failing`,
        facts: [['Failed attempts in a row', textOf(data, 'consecutiveFailures')], last],
      };
    case 'webhook.disabled':
      return { title: `${what} was disabled`, facts: [['Why', sayReason(data)], ...sayAttempts(data), NEXT] };
    case 'webhook.recovered':
      return {
        title: `${what} works again`,
        facts: [['Failed attempts before', textOf(data, 'failuresBefore')]],
      };
    default:
      return {
        title: `A delivery to ${what} has failed for good`,
        facts: [['Event', textOf(data, 'eventType')], ['Attempts', textOf(data, 'attempts')], last],
      };
  }
}

const NEXT = ['What to do', 'Mend it, enable it, and deliver again what was held.'] as const;

function sayReason(data: EventData): string {
  const reason = textOf(data, 'reason');
  return REASONS[reason] ?? reason;
}

function sayAttempts(data: EventData): (readonly [string, string])[] {
  return listOf(data, 'lastAttempts').map((attempt) => {
    const answer = textOf(attempt, 'answer');
    const met = textOf(attempt, 'status') || textOf(attempt, 'error');
    return [sayTime(textOf(attempt, 'at')), answer === '' ? met : `${met}: ${answer}`];
  });
}
