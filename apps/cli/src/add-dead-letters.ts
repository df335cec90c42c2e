import {
  countDeadLetters,
  findDeadLetter,
  listDeadLetters,
  resendDeadLetters,
  type DeadLetterRow,
} from '#database';
import { ACCEPT_BY_HEADER } from '#events';
import type { Command } from 'commander';
import { CommandFailure, require, uuid, type Show, type Surroundings } from './command-parts.ts';

const LISTED = 100;

/** Commands about records that no stage could handle. */
export function addDeadLetters(program: Command, { database, decode }: Surroundings, show: Show): void {
  const letter = program.command('dead-letter').description('records that no stage could handle');
  letter
    .command('counts')
    .description('count dead letters by reason and topic')
    .action(async () => show(await countDeadLetters(database())));
  letter
    .command('list')
    .option('--reason <code>', 'only of this reason, such as HUB_RECORD_UNDECODABLE')
    .description(`list the newest ${LISTED} dead letters`)
    .action(async ({ reason }: { reason?: string }) =>
      show(await listDeadLetters(database(), { reason, limit: LISTED })),
    );
  letter
    .command('show')
    .argument('<id>', 'the letter', uuid)
    .description('show a dead letter whole: its bytes, and what they say where they can be read')
    .action(async (id: string) => {
      const found = await findDeadLetter(database(), id);
      if (found === undefined) throw new CommandFailure(`There is no dead letter ${id}.`);
      const decoded = found.value === null ? undefined : await decode(found.value);
      show({ ...readable(found), decoded: decoded === undefined ? null : JSON.stringify(decoded) });
    });
  letter
    .command('resend')
    .argument('[id]', 'the letter', uuid)
    .option('--reason <code>', 'all of this reason that were not sent again before')
    .description(
      'put a record back on its topic, byte by byte as it was; the admin API does so within a second',
    )
    .action(async (id: string | undefined, { reason }: { reason?: string }) => {
      if (id !== undefined && reason === undefined) {
        const found = await findDeadLetter(database(), id);
        if (found === undefined) throw new CommandFailure(`There is no dead letter ${id}.`);
        const refusal = refusalOf(found);
        if (refusal !== undefined) throw new CommandFailure(refusal);
        show({ resending: await resendDeadLetters(database(), { id }) });
      } else {
        require(id === undefined && reason !== undefined, 'Name one letter, or a reason.');
        require(reason !== SINK_REASON, SINK_REFUSAL);
        show({ resending: await resendDeadLetters(database(), { reason: reason ?? '' }) });
      }
    });
}

const SINK_REASON = 'HUB_WAREHOUSE_REFUSED';
const SINK_REFUSAL =
  'Only the warehouse refused it: on its topic it would be delivered once more. Let the sink read again instead: docs/warehouse.md.';

/** Why a letter is not to be sent again. */
export function refusalOf({ value, reason, headers, failedAt }: DeadLetterRow): string | undefined {
  if (value === null) return 'It was too large to be kept: look where topic, partition and offset say.';
  if (reason === SINK_REASON) return SINK_REFUSAL;
  const acceptBy = Number(Buffer.from(headers[ACCEPT_BY_HEADER] ?? '', 'base64').toString() || Infinity);
  return failedAt.getTime() > acceptBy
    ? 'Its publisher may have been told that it was refused, so nobody may get it.'
    : undefined;
}

function readable({ key, value, headers, ...rest }: DeadLetterRow): object {
  const texts = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text, 'base64').toString()]);
  return {
    ...rest,
    key: key?.toString() ?? null,
    headers: JSON.stringify(Object.fromEntries(texts)),
    value: value?.toString('base64') ?? null,
  };
}
