import { PERMISSIONS, ROLES, type ApiOperation, type Permission } from '#service';
import { z } from 'zod';
import * as bodies from './people.request.ts';

const id = z.uuid();
const time = z.iso.datetime();
const role = z.enum(ROLES);
const tag = 'People';

const me = z.object({
  id,
  name: z.string(),
  email: z.string(),
  isEmailVerified: z.boolean(),
  tenants: z.array(
    z.object({
      id,
      name: z.string(),
      role,
      permissions: z
        .array(z.enum(Object.keys(PERMISSIONS) as [Permission, ...Permission[]]))
        .describe('What the role allows: see docs/permissions.md.'),
    }),
  ),
});

const session = z.object({
  id,
  createdAt: time,
  expiresAt: time,
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  isCurrent: z.boolean().describe('Whether it is the one that asks.'),
});

const nothing = z.object({});
/** Routes that need no credential. */
const open = { tag, isPublic: true } as const;

/** Signing in and out, joining, and what people change about themselves. */
export const PEOPLE_OPERATIONS: readonly ApiOperation[] = [
  {
    ...open,
    method: 'get',
    path: '/v1/auth',
    id: 'showSignIn',
    summary: 'Tell what a sign-in page has to offer.',
    answer: z.object({
      isEmpty: z.boolean().describe('Nobody has come yet: the hub printed a link for the first.'),
      hasMail: z.boolean().describe('Whether e-mails, such as for a new password, can be sent.'),
      singleSignOn: z.object({ name: z.string() }).nullable(),
    }),
  },
  {
    ...open,
    method: 'post',
    path: '/v1/auth/setup',
    id: 'setUp',
    summary: 'Become the first person and the owner of the first tenant, by the link that the hub printed.',
    body: bodies.setupBody,
    status: 201,
    answer: me,
    conflict: 'Somebody has been here before.',
  },
  {
    ...open,
    method: 'post',
    path: '/v1/auth/sign-in',
    id: 'signIn',
    summary: 'Sign in: sets the session cookie.',
    body: bodies.signInBody,
    answer: me,
  },
  {
    ...open,
    method: 'post',
    path: '/v1/auth/sign-out',
    id: 'signOut',
    summary: 'Sign out: the session ends and its cookie goes.',
    status: 204,
  },
  {
    ...open,
    method: 'post',
    path: '/v1/auth/forgot-password',
    id: 'forgotPassword',
    summary: 'Have a link for a new password sent. The answer is the same for addresses that nobody has.',
    body: bodies.forgotBody,
    status: 202,
    answer: nothing,
  },
  {
    ...open,
    method: 'post',
    path: '/v1/auth/reset-password',
    id: 'resetPassword',
    summary: 'Choose a new password by such a link. All sessions end.',
    body: bodies.resetBody,
    status: 204,
  },
  {
    ...open,
    method: 'post',
    path: '/v1/auth/verify-email',
    id: 'verifyEmail',
    summary: 'Confirm an address by the link that was sent to it.',
    body: bodies.tokenBody,
    status: 204,
  },
  {
    ...open,
    method: 'post',
    path: '/v1/auth/invitation',
    id: 'showInvitation',
    summary: 'Show the invitation behind a link; 404 when it was used, withdrawn or is too old.',
    body: bodies.tokenBody,
    answer: z.object({
      tenantName: z.string(),
      email: z.string(),
      role,
      invitedBy: z.string().nullable(),
      expiresAt: time,
      hasAccount: z
        .boolean()
        .describe('Whether to sign in with that address, rather than to choose a password.'),
    }),
  },
  {
    ...open,
    method: 'post',
    path: '/v1/auth/accept-invitation',
    id: 'acceptInvitation',
    summary:
      'Join a tenant. Somebody new gives name and password and is signed in; who has an account signs in before.',
    body: bodies.acceptBody,
    answer: me,
    conflict: 'The address has an account: sign in with it first.',
  },
  {
    ...open,
    method: 'get',
    path: '/v1/auth/single-sign-on',
    id: 'startSingleSignOn',
    summary: 'Go to the identity provider; a browser comes back to / with a session, or to /sign-in?error=….',
    status: 302,
  },
  {
    ...open,
    method: 'get',
    path: '/v1/auth/callback/single-sign-on',
    id: 'finishSingleSignOn',
    summary: 'Where the identity provider sends browsers back to.',
    status: 302,
  },
  {
    method: 'get',
    path: '/v1/me',
    id: 'getMe',
    tag,
    summary: 'Tell who is signed in, with their tenants.',
    answer: me,
  },
  {
    method: 'patch',
    path: '/v1/me',
    id: 'changeMe',
    tag,
    summary: 'Change your name.',
    body: bodies.profileBody,
    answer: me,
  },
  {
    method: 'post',
    path: '/v1/me/password',
    id: 'changePassword',
    tag,
    summary: 'Change your password. Every other session ends, and this one gets a new cookie.',
    body: bodies.changePasswordBody,
    status: 204,
  },
  {
    method: 'post',
    path: '/v1/me/email',
    id: 'changeEmail',
    tag,
    summary:
      'Have a link sent to a new address. Once it is opened, the address is yours, and the old one is told.',
    body: bodies.changeEmailBody,
    status: 202,
    answer: nothing,
    conflict: 'It is your address already.',
  },
  {
    method: 'post',
    path: '/v1/me/verification',
    id: 'sendVerification',
    tag,
    summary: 'Have the mail that confirms your address sent again.',
    status: 202,
    answer: nothing,
    conflict: 'The address is confirmed already.',
  },
  {
    method: 'get',
    path: '/v1/me/sessions',
    id: 'listSessions',
    tag,
    summary: 'List where you are signed in.',
    answer: z.object({ items: z.array(session) }),
  },
  {
    method: 'delete',
    path: '/v1/me/sessions/{sessionId}',
    id: 'endSession',
    tag,
    summary: 'Sign out elsewhere.',
    status: 204,
  },
];
