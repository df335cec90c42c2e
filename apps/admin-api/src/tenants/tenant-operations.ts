import { ALL_SCOPES, ROLES, SCOPES, type ApiOperation } from '#service';
import { z } from 'zod';
import { pageOf } from '../answer-schemas.ts';
import { pageQuery } from '../page.request.ts';
import { namedBody } from '../people/people.request.ts';
import { auditQuery, invitationBody, keyBody, roleBody } from './tenant.request.ts';

const id = z.uuid();
const time = z.iso.datetime();
const role = z.enum(ROLES);
const TENANT = '/v1/tenants/{tenantId}';
const PROJECT = '/v1/projects/{projectId}';
const OWNERLESS = 'The tenant would have no owner, or somebody changed the member at the same time.';

const tenant = z.object({ id, name: z.string(), createdAt: time });
const project = z.object({ id, name: z.string(), createdAt: time });
const oneProject = project.extend({ tenantId: id });
const member = z.object({ userId: id, name: z.string(), email: z.string(), role, joinedAt: time });
const invitation = z.object({
  id,
  email: z.string(),
  role,
  invitedBy: z.string().nullable(),
  createdAt: time,
  expiresAt: time,
});
const apiKey = z.object({
  id,
  name: z.string(),
  prefix: z.string().describe('The first characters of the key, to tell it by.'),
  scopes: z.array(z.enum([ALL_SCOPES, ...SCOPES])),
  createdAt: time,
  lastUsedAt: time.nullable().describe('To the minute.'),
  revokedAt: time.nullable(),
});
const values = z
  .record(z.string(), z.unknown())
  .nullable()
  .describe('The fields that differ; of secrets only that they do.');
const auditEntry = z.object({
  id,
  at: time,
  action: z.string().describe('Such as `webhook.changed`.'),
  actor: z.object({
    kind: z.enum(['person', 'api-key', 'operator', 'hub']).describe('`operator` is the command line.'),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  projectId: id.nullable(),
  object: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }),
  before: values,
  after: values,
});
const listOf = (item: z.ZodType) => z.object({ items: z.array(item) });

const tenantOperations: readonly ApiOperation[] = [
  {
    method: 'post',
    path: '/v1/tenants',
    id: 'createTenant',
    tag: 'Tenants',
    summary: 'Create a tenant and become its owner. For people who own a tenant already.',
    body: namedBody,
    status: 201,
    conflict: 'You own as many tenants as you may.',
    answer: z.object({ id, name: z.string(), role: z.literal('owner') }),
  },
  { method: 'get', path: TENANT, id: 'getTenant', tag: 'Tenants', summary: 'Get a tenant.', answer: tenant },
  {
    method: 'patch',
    path: TENANT,
    id: 'renameTenant',
    tag: 'Tenants',
    summary: 'Rename a tenant.',
    body: namedBody,
    answer: tenant,
  },
  {
    method: 'get',
    path: `${TENANT}/projects`,
    id: 'listProjects',
    tag: 'Projects',
    summary: 'List the projects of a tenant, newest first.',
    query: pageQuery,
    answer: pageOf(project),
  },
  {
    method: 'post',
    path: `${TENANT}/projects`,
    id: 'createProject',
    tag: 'Projects',
    summary: 'Create a project.',
    body: namedBody,
    status: 201,
    conflict: 'The tenant has as many projects as it may.',
    answer: oneProject,
  },
  {
    method: 'get',
    path: PROJECT,
    id: 'getProject',
    tag: 'Projects',
    summary: 'Get a project.',
    answer: oneProject,
  },
  {
    method: 'patch',
    path: PROJECT,
    id: 'renameProject',
    tag: 'Projects',
    summary: 'Rename a project.',
    body: namedBody,
    answer: oneProject,
  },
];

const memberOperations: readonly ApiOperation[] = [
  {
    method: 'get',
    path: `${TENANT}/members`,
    id: 'listMembers',
    tag: 'Members',
    summary: 'List the members of a tenant in the order of their joining.',
    answer: listOf(member),
  },
  {
    method: 'patch',
    path: `${TENANT}/members/{userId}`,
    id: 'changeMember',
    tag: 'Members',
    summary: 'Change the role of a member. Only owners make and unmake owners.',
    body: roleBody,
    answer: member,
    conflict: OWNERLESS,
  },
  {
    method: 'delete',
    path: `${TENANT}/members/{userId}`,
    id: 'removeMember',
    tag: 'Members',
    summary: 'Remove a member. They see nothing of the tenant from the next request on.',
    status: 204,
    conflict: OWNERLESS,
  },
  {
    method: 'get',
    path: `${TENANT}/invitations`,
    id: 'listInvitations',
    tag: 'Members',
    summary: 'List the invitations that can still be accepted.',
    answer: listOf(invitation),
  },
  {
    method: 'post',
    path: `${TENANT}/invitations`,
    id: 'invite',
    tag: 'Members',
    summary: 'Invite somebody by e-mail. An earlier invitation to the same address no longer works.',
    body: invitationBody,
    status: 201,
    answer: invitation,
    conflict:
      'The address belongs to a member already, or the tenant has as many open invitations as it may.',
  },
  {
    method: 'delete',
    path: `${TENANT}/invitations/{invitationId}`,
    id: 'withdrawInvitation',
    tag: 'Members',
    summary: 'Withdraw an invitation.',
    status: 204,
  },
];

const keyOperations: readonly ApiOperation[] = [
  {
    method: 'get',
    path: `${PROJECT}/api-keys`,
    id: 'listApiKeys',
    tag: 'API keys',
    summary: 'List the API keys of a project, newest first, revoked ones too.',
    answer: listOf(apiKey),
  },
  {
    method: 'post',
    path: `${PROJECT}/api-keys`,
    id: 'createApiKey',
    tag: 'API keys',
    summary: 'Create an API key. It is in this answer and in no other.',
    body: keyBody,
    status: 201,
    conflict: 'The project has as many API keys as it may.',
    answer: apiKey.extend({
      key: z.string().describe('Starts with `thk_`. In this answer and in no other.'),
    }),
  },
  {
    method: 'delete',
    path: `${PROJECT}/api-keys/{keyId}`,
    id: 'revokeApiKey',
    tag: 'API keys',
    summary: 'Revoke an API key. It stops working within 5 s.',
    status: 204,
  },
];

/** Tenants, projects, members, invitations, API keys and the audit log. */
export const TENANT_OPERATIONS: readonly ApiOperation[] = [
  ...tenantOperations,
  ...memberOperations,
  ...keyOperations,
  {
    method: 'get',
    path: `${TENANT}/audit-log`,
    id: 'listAuditLog',
    tag: 'Audit log',
    summary: 'List who did what, newest first.',
    query: auditQuery,
    answer: pageOf(auditEntry),
  },
];
