import { Allow, projectOf, type AuthenticatedRequest } from '#service';
import { encryptSecret, generateSecret, MasterKeys } from '#webhooks';
import { Body, Controller, Get, HttpCode, Inject, Param, Put, Req } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import { ContactsStore, type Contacts } from './contacts.store.ts';
import { DestinationRequests } from '../destination.request.ts';
import { OwnerContacts } from './keep-owner-contacts.ts';
import { OutboxRelay } from '../relay-outbox.ts';

/** Who is told when the deliveries of a project go wrong. */
@Controller('/v1/projects/:projectId/contacts')
export class ContactsController {
  constructor(
    private readonly contacts: ContactsStore,
    private readonly requests: DestinationRequests,
    private readonly relay: OutboxRelay,
    private readonly masterKeys: MasterKeys,
  ) {}

  @Inject(OwnerContacts) private readonly owners!: OwnerContacts;

  @Get()
  @Allow('webhooks:read')
  async get(@Param('projectId') projectId: string): Promise<Contacts> {
    return this.contacts.find(projectId);
  }

  @Put()
  @HttpCode(200)
  @Allow('webhooks:write')
  async put(@Req() request: AuthenticatedRequest, @Body() body: unknown): Promise<Contacts> {
    const owner = projectOf(request);
    const { recipients } = this.requests.contacts(body);
    const id = uuidV7();
    if (recipients.length === 0) {
      await this.contacts.remove(owner.projectId);
      await this.owners.keep();
    } else {
      const encryptedSecret = encryptSecret(generateSecret(), this.masterKeys, id);
      await this.contacts.put(owner, id, recipients, encryptedSecret);
    }
    await this.relay.flush();
    return this.contacts.find(owner.projectId);
  }
}
