import type { ApiOperation } from '#service';
import { z } from 'zod';
import * as answers from './answer-schemas.ts';
import { visitorErasure } from './erasure.request.ts';

const reports = z.object({ items: z.array(answers.erasure) });

/** The routes by which the hub is told to forget. */
export const ERASURE_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'post',
    path: '/v1/projects/{projectId}/erasures',
    id: 'eraseVisitor',
    tag: 'Erasures',
    summary:
      'Erase what is stored of a visitor until now: events with their deliveries and attempts, rows of the warehouse. Waiting deliveries are cancelled. Topics forget by their retention.',
    body: visitorErasure,
    status: 202,
    answer: answers.erasure,
  },
  {
    method: 'get',
    path: '/v1/projects/{projectId}/erasures',
    id: 'listErasures',
    tag: 'Erasures',
    summary: 'List the newest 100 erasures of a project.',
    answer: reports,
  },
  {
    method: 'get',
    path: '/v1/projects/{projectId}/erasures/{erasureId}',
    id: 'getErasure',
    tag: 'Erasures',
    summary: 'See how far an erasure is, and what it removed.',
    answer: answers.erasure,
  },
  {
    method: 'delete',
    path: '/v1/projects/{projectId}',
    id: 'deleteProject',
    tag: 'Erasures',
    summary:
      'Delete a project: its keys and webhooks at once, its events, deliveries and attempts by the erasure in the answer.',
    status: 202,
    answer: answers.erasure,
  },
  {
    method: 'delete',
    path: '/v1/tenants/{tenantId}',
    id: 'deleteTenant',
    tag: 'Erasures',
    summary: 'Delete a tenant with its projects, members and audit log.',
    status: 202,
    answer: answers.erasure,
  },
  {
    method: 'get',
    path: '/v1/tenants/{tenantId}/erasures',
    id: 'listErasuresOfTenant',
    tag: 'Erasures',
    summary: 'List the newest 100 erasures of a tenant, of deleted projects too.',
    answer: reports,
  },
];
