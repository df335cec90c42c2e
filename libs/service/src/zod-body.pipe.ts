import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { explainIssues } from './explain-issues.ts';
import { invalid } from './problem.ts';

/**
 * Checks a request's body (or query) against a zod schema; a 400 names every bad field and its rule. Give it a
 * `z.strictObject`, so that a misspelt field is refused rather than ignored.
 */
export class ZodBodyPipe<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  readonly #schema: Schema;
  readonly #whole: string;

  /** @param whole what the input as a whole is called in a problem */
  constructor(schema: Schema, whole = 'body') {
    this.#schema = schema;
    this.#whole = whole;
  }

  transform(value: unknown): z.output<Schema> {
    // An absent body is `undefined` or null: an empty object gives the better message, which fields are required.
    const result = this.#schema.safeParse(value ?? {});
    if (result.success) return result.data;
    throw invalid(explainIssues(result.error.issues, this.#whole));
  }
}
