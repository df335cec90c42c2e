import type { TenantDatabase } from '#database';
import type { Mailer } from '#mail';
import type { Provider } from '@nestjs/common';
import type { Caps } from '../caps.ts';
import { Letters } from '../people/letters.ts';
import { AuditController } from './audit.controller.ts';
import { AuditStore } from './audit.store.ts';
import { InvitationMail } from './invitation-mail.ts';
import { InvitationStore } from './invitation.store.ts';
import { InvitationsController } from './invitations.controller.ts';
import { MemberStore } from './member.store.ts';
import { MembersController } from './members.controller.ts';
import { ProjectKeyStore } from './project-key.store.ts';
import { ProjectKeysController } from './project-keys.controller.ts';
import { TenantStore } from './tenant.store.ts';
import { TenantsController } from './tenants.controller.ts';

/** Routes about a tenant, its people, projects, keys and audit log. */
export const TENANT_CONTROLLERS = [
  TenantsController,
  MembersController,
  InvitationsController,
  ProjectKeysController,
  AuditController,
];

/** Wiring of tenants. */
export function tenantProviders(
  database: TenantDatabase,
  parts: { mailer: Mailer; publicUrl: string; invitationLifetimeMs: number; caps: Caps },
): Provider[] {
  const stores = [MemberStore, AuditStore];
  const capped = [TenantStore, InvitationStore, ProjectKeyStore];
  const mail = new InvitationMail(parts.mailer, new Letters(parts.publicUrl), parts.invitationLifetimeMs);
  return [
    ...stores.map((store) => ({ provide: store, useValue: new store(database) })),
    ...capped.map((store) => ({ provide: store, useValue: new store(database, parts.caps) })),
    { provide: InvitationMail, useValue: mail },
  ];
}
