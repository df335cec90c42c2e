import {
  addReplay,
  countSelected,
  deliveriesOfReplay,
  listReplays,
  moveReplay,
  paceOf,
  REPLAY_SELECTIONS,
  type Database,
  type Replay,
  type ReplayMode,
  type ReplaySelection,
  type ReplayStatus,
  type Selected,
} from '#database';
import { EVENT_TYPES, matchesEventType, NEWS_TYPES } from '#events';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { v7 as uuidV7 } from 'uuid';
import { CommandFailure, require, uuid, type Show, type Surroundings } from './command-parts.ts';
import { WebhookStore } from './webhook.store.ts';

interface Asked {
  selection: ReplaySelection;
  from?: Date;
  to?: Date;
  type?: string[];
  error?: string;
  asNew?: boolean;
  skip?: boolean;
  count?: boolean;
}

const ALL_TYPES: readonly string[] = [...EVENT_TYPES, ...NEWS_TYPES];
const MOVES = {
  pause: { from: ['running'], to: 'paused' },
  continue: { from: ['paused'], to: 'running' },
  cancel: { from: ['running', 'paused'], to: 'cancelled' },
} as const satisfies Record<string, { from: readonly ReplayStatus[]; to: ReplayStatus }>;

/** Commands that send again what was sent, and at last what was held. The admin API carries replays out. */
export function addReplays(program: Command, { database, now }: Surroundings, show: Show): void {
  const replay = program.command('replay').description('sending deliveries again; held ones at last');
  addStart(replay).action(async (destination: string, asked: Asked) =>
    show(await start(database(), destination, asked, now())),
  );
  replay
    .command('list')
    .option('--destination <id>', 'only replays of this destination', uuid)
    .description('list the newest 100 replays')
    .action(async ({ destination: destinationId }: { destination?: string }) =>
      show((await listReplays(database(), { destinationId, limit: 100 })).map(brief)),
    );
  replay
    .command('show')
    .argument('<id>', 'the replay', uuid)
    .description('show how far a replay is, and what became of its deliveries')
    .action(async (id: string) => show(await find(database(), id)));
  for (const [verb, move] of Object.entries(MOVES))
    replay
      .command(verb)
      .argument('<id>', 'the replay', uuid)
      .description(`${verb} a replay`)
      .action(async (id: string) => {
        const isMoved = await moveReplay(database(), { id }, { ...move, reason: 'by the operator' });
        require(isMoved, `There is no replay ${id} that is ${move.from.join(' or ')}.`);
        show(await find(database(), id));
      });
}

function addStart(replay: Command): Command {
  return replay
    .command('start')
    .argument('<destination>', 'id of the webhook, or of another destination', uuid)
    .addOption(
      new Option('--selection <what>', 'what to send').choices(REPLAY_SELECTIONS).makeOptionMandatory(),
    )
    .option('--from <time>', 'only events accepted at this time or later (ISO 8601)', time)
    .option('--to <time>', 'only events accepted before this time', time)
    .option('--type <types...>', 'only these event types', eventType)
    .option('--error <error>', 'with failed: only those whose last attempt met this status or error')
    .option('--as-new', 'with failed and all: send copies with event ids of their own')
    .option('--skip', 'with held: cancel them instead')
    .option('--count', 'only count what would be sent')
    .description('send deliveries of a destination again, behind everything that happens now');
}

async function start(database: Database, destinationId: string, asked: Asked, now: Date): Promise<object> {
  const mode = modeOf(asked);
  const projectId = await new WebhookStore(database).projectOf(destinationId);
  if (projectId === undefined) throw new CommandFailure(`There is no destination ${destinationId}.`);
  const selected = await onlyTaken(database, { ...toSelected(asked, now), projectId, destinationId });
  const counted = await countSelected(database, selected);
  if (asked.count) return counted;
  const id = uuidV7();
  const isAdded = await addReplay(database, { ...selected, id, mode, total: counted.count });
  require(isAdded, 'The destination has too many replays that are not over.');
  return find(database, id);
}

async function find(database: Database, id: string): Promise<object> {
  const [found] = await listReplays(database, { id, limit: 1 });
  if (found === undefined) throw new CommandFailure(`There is no replay ${id}.`);
  return { ...brief(found), ...(await deliveriesOfReplay(database, id)) };
}

/** Of events that a destination never had, those of other types than it takes are not missing. */
async function onlyTaken(database: Database, selected: Selected): Promise<Selected> {
  const destination = await paceOf(database, selected);
  if (selected.selection !== 'missing' || destination === undefined) return selected;
  const isTaken = (type: string) => matchesEventType(destination.eventTypes, type);
  return { ...selected, eventTypes: selected.eventTypes.filter(isTaken) };
}

function toSelected(asked: Asked, now: Date): Omit<Selected, 'projectId' | 'destinationId'> {
  const { selection, from = null, to = now, type: eventTypes = ALL_TYPES, error = null } = asked;
  return { selection, from, to, eventTypes, error };
}

function modeOf({ selection, error, asNew, skip }: Asked): ReplayMode {
  require(error === undefined || selection === 'failed', '--error goes with --selection failed alone.');
  require(!skip || selection === 'held', '--skip goes with --selection held alone.');
  require(!asNew ||
    selection === 'failed' ||
    selection === 'all', '--as-new goes with failed and all alone.');
  return skip ? 'skip' : asNew ? 'new' : 'again';
}

function brief({ eventTypes, ...replay }: Replay): object {
  return { ...replay, eventTypes: eventTypes.length === ALL_TYPES.length ? null : eventTypes.join(',') };
}

function time(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('It must be a time such as 2025-06-09T12:00:00Z.');
  return at;
}

function eventType(text: string, before: string[] = []): string[] {
  if (!ALL_TYPES.includes(text)) throw new InvalidArgumentError('It must be an event type.');
  return [...before, text];
}
