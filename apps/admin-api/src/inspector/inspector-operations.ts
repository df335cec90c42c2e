import type { ApiOperation } from '#service';
import { z } from 'zod';
import { body } from '../answer-schemas.ts';
import { inspectorChange } from './inspector.request.ts';

const INSPECTOR = '/v1/projects/{projectId}/inspector';

const inspector = z.object({
  isEnabled: z.boolean().describe('Whether the operator of this hub has switched inspectors on.'),
  url: z.string().nullable().describe('Receives requests; null before the inspector was opened.'),
  answerStatus: z.int().describe('HTTP status that each request is answered with.'),
  requests: z
    .array(
      z.object({
        id: z.string(),
        receivedAt: z.iso.datetime(),
        headers: z.record(z.string(), z.string()),
        body,
        answerStatus: z.int(),
        signature: z.object({
          isGenuine: z.boolean(),
          webhook: z.object({ id: z.uuid(), name: z.string() }).nullable(),
          explanation: z.string(),
        }),
      }),
    )
    .describe('The last 100 requests, newest first, with the first 16 KiB of their bodies.'),
});

/** Routes of the built-in receiver. */
export const INSPECTOR_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'get',
    path: INSPECTOR,
    id: 'getInspector',
    tag: 'Inspector',
    summary: 'Get the inspector of a project and the last requests that it received.',
    answer: inspector,
  },
  {
    method: 'post',
    path: INSPECTOR,
    id: 'openInspector',
    tag: 'Inspector',
    summary:
      'Open the inspector of a project: a URL of the hub itself that receives webhooks. Opening twice changes nothing.',
    answer: inspector,
    conflict: 'Inspectors are switched off.',
  },
  {
    method: 'patch',
    path: INSPECTOR,
    id: 'changeInspector',
    tag: 'Inspector',
    summary: 'Change what the inspector answers.',
    body: inspectorChange,
    answer: inspector,
  },
  {
    method: 'delete',
    path: `${INSPECTOR}/requests`,
    id: 'clearInspector',
    tag: 'Inspector',
    summary: 'Forget the requests that the inspector received.',
    status: 204,
  },
];
