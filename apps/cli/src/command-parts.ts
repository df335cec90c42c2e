import type { Database } from '#database';
import type { MasterKeys } from '#webhooks';
import { InvalidArgumentError } from 'commander';

/** What commands need: the database, opened when the first of them runs, and where answers go. */
export interface Surroundings {
  database: () => Database;
  masterKeys: () => MasterKeys;
  /** What a record's bytes say; undefined where they cannot be read, or no schema registry answers. */
  decode: (bytes: Buffer) => Promise<object | undefined>;
  print: (line: string) => void;
  now: () => Date;
}

/** A command that cannot be done as asked; its message is for the operator. */
export class CommandFailure extends Error {}

/** Prints rows, as text or as JSON. */
export type Show = (rows: object | object[]) => void;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws CommandFailure with the message when it is not done */
export function require(isDone: boolean, message: string): void {
  if (!isDone) throw new CommandFailure(message);
}

/** Reads an argument. */
export function uuid(text: string): string {
  if (!UUID.test(text)) throw new InvalidArgumentError('It must be a UUID.');
  return text.toLowerCase();
}
