import { invalid, problem, toProblem, type Problem } from '#service';
import type { HttpException } from '@nestjs/common';
import type { Answer } from './accept-events.ts';

/** What became of one event of a batch. */
export type BatchItem = { status: 202; id: string } | ({ status: number } & Problem);

type Refusal = Exclude<Answer, { kind: 'accepted' }>;

const CONFLICT = 'An event with this id was sent before, with other contents.';
const TOO_LARGE = 'The event is larger than this hub accepts.';
const UNAVAILABLE = 'The event was not accepted: Kafka did not acknowledge it in time. Send it again.';

/** A refusal as the exception that the problem filter answers. */
export function toException(answer: Refusal): HttpException {
  switch (answer.kind) {
    case 'invalid':
      return invalid(answer.errors);
    case 'conflict':
      return problem(409, CONFLICT, [{ field: 'id', rule: 'was used for an event with other contents' }]);
    case 'too-large':
      return problem(413, TOO_LARGE);
    case 'unavailable':
      return problem(503, UNAVAILABLE);
  }
}

/** An answer as an item of a batch's answer: refusals are problems, as for a single event. */
export function toItem(answer: Answer): BatchItem {
  if (answer.kind === 'accepted') return { status: 202, id: answer.id };
  const exception = toException(answer);
  const { detail, errors } = exception.getResponse() as { detail: string; errors?: Problem['errors'] };
  return toProblem(exception.getStatus(), detail, errors === undefined ? {} : { errors });
}
