import { findExplainedDestinations, findExplainedEvent } from '#database';
import { explainDelivery } from '#filters';
import type { Command } from 'commander';
import { CommandFailure, uuid, type Show, type Surroundings } from './command-parts.ts';

/** The command that says why an event was delivered, or not. */
export function addExplanations(program: Command, { database }: Surroundings, show: Show): void {
  program
    .command('explain')
    .argument('<event>', 'the event', uuid)
    .requiredOption('--project <id>', 'the project that it is of', uuid)
    .option('--destination <id>', 'only this destination', uuid)
    .description('say why an event was delivered to each destination, or not, by what was in force then')
    .action(async (eventId: string, asked: { project: string; destination?: string }) => {
      const query = { projectId: asked.project, eventId, destinationId: asked.destination };
      const event = await findExplainedEvent(database(), query);
      if (event === undefined)
        throw new CommandFailure('No such event was accepted in this project, or retention has removed it.');
      const destinations = await findExplainedDestinations(database(), query, event.acceptedAt);
      show(
        destinations.map((destination) => {
          const { answer, sentence, clauses } = explainDelivery(event, destination);
          const { id, name, delivery } = destination;
          const decided = (clauses ?? []).map(
            (clause) => `${clause.expression}: ${sayValues(clause.values)}`,
          );
          return { id, name, answer, sentence, clauses: decided.join('; '), deliveryId: delivery?.id ?? '' };
        }),
      );
    });
}

function sayValues(values: readonly { expression: string; isMissing: boolean; value: unknown }[]): string {
  return values
    .map(
      ({ expression, isMissing, value }) =>
        `${expression} ${isMissing ? 'is missing' : `is ${JSON.stringify(value)}`}`,
    )
    .join(', ');
}
