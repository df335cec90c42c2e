import { checkTransformation, MAX_TRANSFORMATION_LENGTH } from '#transformations';
import { z } from 'zod';

/** The transformation of a webhook. */
export const transformation = z
  .string()
  .trim()
  .min(1)
  .max(MAX_TRANSFORMATION_LENGTH)
  .superRefine((expression, context) => {
    const rule = expression === '' ? undefined : checkTransformation(expression);
    if (rule !== undefined) context.addIssue({ code: 'custom', message: rule });
  })
  .nullable()
  .describe(
    'A JSONata expression over the body of an event: what it makes, an object or a list, is the body of the requests. Null for the body as it is.',
  );
