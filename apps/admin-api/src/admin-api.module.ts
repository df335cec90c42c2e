import { Database, TenantDatabase } from '#database';
import type { Codec } from '#events';
import type { Channel, OutgoingRecord, Topics } from '#kafka';
import type { PeopleSettings } from '#identity';
import type { Log } from '#log';
import type { Mailer } from '#mail';
import { ApiKeyCache, ApiKeyStore, RunAsCaller } from '#service';
import { MasterKeys } from '#webhooks';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Caps, type CapSettings } from './caps.ts';
import { ContactsController } from './contacts/contacts.controller.ts';
import { OwnerContacts } from './contacts/keep-owner-contacts.ts';
import { OwnerContactsStore } from './contacts/owner-contacts.store.ts';
import { ContactsStore } from './contacts/contacts.store.ts';
import { DeliveriesController } from './deliveries.controller.ts';
import { DeliveryBodies } from './delivery-bodies.ts';
import { DeliveryPublisher, type DeliveryTopic } from './delivery-publisher.ts';
import { DeliveryStore } from './delivery.store.ts';
import { DestinationLogController } from './destination-log.controller.ts';
import { DestinationRequests, type DestinationRules } from './destination.request.ts';
import { DestinationStore } from './destination.store.ts';
import { DestinationsController } from './destinations.controller.ts';
import { DownloadsController } from './downloads/downloads.controller.ts';
import { ErasureStore } from './erasure.store.ts';
import { ErasuresController } from './erasures.controller.ts';
import { EventStore } from './event.store.ts';
import { EventTypesController } from './event-types.controller.ts';
import { EventsController } from './events.controller.ts';
import { ExplanationStore } from './explanations/explanation.store.ts';
import { ExplanationsController } from './explanations/explanations.controller.ts';
import { InboxStore } from './inspector/inbox.store.ts';
import { InspectorController } from './inspector/inspector.controller.ts';
import { InspectorServer, type InspectorSettings } from './inspector/inspector.server.ts';
import { InspectorStore } from './inspector/inspector.store.ts';
import { LetterStore } from './letters/letter.store.ts';
import { LetterSender } from './letters/resend-letters.ts';
import { LiveUpdates } from './live/live-updates.ts';
import { LiveController } from './live/live.controller.ts';
import { LiveStore } from './live/live.store.ts';
import { OutboxStore } from './outbox.store.ts';
import { PEOPLE_CONTROLLERS, peopleProviders } from './people/people.providers.ts';
import { EventFeed } from './pull/event-feed.ts';
import { FeedStore } from './pull/feed.store.ts';
import { PullController } from './pull/pull.controller.ts';
import { REPLAY_CONTROLLERS, replayProviders } from './replays/replays.providers.ts';
import type { ReplayLimits } from './replays/expected-seconds.ts';
import { RedeliveryStore } from './redelivery.store.ts';
import { OutboxRelay, type Announcer } from './relay-outbox.ts';
import { SchemaVersions } from './schema-versions.ts';
import { FilterPreviewsController } from './previews/filter-previews.controller.ts';
import { PastEventStore } from './previews/past-event.store.ts';
import { TransformationPreviewsController } from './previews/transformation-previews.controller.ts';
import { StatisticsController } from './statistics/statistics.controller.ts';
import { StatisticsStore } from './statistics/statistics.store.ts';
import { PauseRule } from './statistics/webhook-health.ts';
import { TENANT_CONTROLLERS, tenantProviders } from './tenants/tenants.providers.ts';
import { TestDeliveryStore } from './test-delivery.store.ts';
import { TestSender, type Sends } from './test-sender.ts';
import { UnsubscribeController } from './unsubscribe.controller.ts';
import { UnsubscribeStore } from './unsubscribe.store.ts';
import { WarehouseController } from './warehouse.controller.ts';
import { WarehouseStore } from './warehouse.store.ts';
import { WebhookSecretController } from './webhook-secret.controller.ts';
import { WebhookSecretStore } from './webhook-secret.store.ts';
import { WebhookTestController } from './webhook-test.controller.ts';
import { WebhookRequests, type UrlRules } from './webhook.request.ts';
import { WebhookStore } from './webhook.store.ts';
import { WebhooksController } from './webhooks.controller.ts';

/** What the admin API needs of its process. */
export interface AdminApiParts {
  database: Database;
  codec: Pick<Codec, 'encode'>;
  producer: { send(record: OutgoingRecord): Promise<unknown> };
  topics: Pick<Topics, 'destinations' | 'erasures' | Channel>;
  /** Send tests as the workers send deliveries. */
  sends: Sends;
  masterKeys: MasterKeys;
  urlRules: UrlRules;
  destinationRules: DestinationRules;
  /** Which version of its schema a record is at. */
  findSchemaVersion: (recordName: string) => Promise<number | undefined>;
  /** Consecutive failures after which a webhook is disabled. */
  pauseAfter: number;
  replays: ReplayLimits;
  /** Where the built-in receivers of projects listen. */
  inspector: InspectorSettings;
  people: PeopleSettings;
  caps: CapSettings;
  mailer: Mailer;
  log: Log;
  /** Shows a line to whoever started the hub. */
  print(line: string): void;
}

/** Wiring of the admin API. */
@Module({})
export class AdminApiModule {
  static with(parts: AdminApiParts): DynamicModule {
    const tenantDatabase = new TenantDatabase(parts.database);
    const caps = new Caps(parts.caps);
    return {
      module: AdminApiModule,
      controllers: [
        WebhooksController,
        WebhookSecretController,
        WebhookTestController,
        DestinationsController,
        DestinationLogController,
        ContactsController,
        UnsubscribeController,
        DeliveriesController,
        EventsController,
        ErasuresController,
        EventTypesController,
        WarehouseController,
        FilterPreviewsController,
        TransformationPreviewsController,
        ExplanationsController,
        StatisticsController,
        LiveController,
        InspectorController,
        DownloadsController,
        PullController,
        ...REPLAY_CONTROLLERS,
        ...PEOPLE_CONTROLLERS,
        ...TENANT_CONTROLLERS,
      ],
      providers: [
        { provide: TenantDatabase, useValue: tenantDatabase },
        { provide: APP_INTERCEPTOR, useClass: RunAsCaller },
        ...stores(tenantDatabase, caps),
        ...publishers(parts),
        ...settings(parts),
        {
          provide: EventFeed,
          inject: [DeliveryBodies],
          useFactory: (bodies: DeliveryBodies) => new EventFeed(new FeedStore(tenantDatabase), bodies),
        },
        ...replayProviders(tenantDatabase, { ...parts, limits: parts.replays }),
        ...people({ ...parts, caps }, tenantDatabase),
      ],
    };
  }
}

/** Stores that requests use, each of which sees its caller's tenant only. */
function stores(database: TenantDatabase, caps: Caps): Provider[] {
  const capped = [WebhookStore, DestinationStore];
  const classes = [
    WebhookSecretStore,
    ContactsStore,
    DeliveryStore,
    EventStore,
    ErasureStore,
    WarehouseStore,
    RedeliveryStore,
    TestDeliveryStore,
    PastEventStore,
    ExplanationStore,
    StatisticsStore,
    InspectorStore,
  ];
  return [
    ...classes.map((store) => ({ provide: store, useValue: new store(database) })),
    ...capped.map((store) => ({ provide: store, useValue: new store(database, caps) })),
  ];
}

function publishers({ codec, producer, topics, log, database }: AdminApiParts): Provider[] {
  const send: AdminApiParts['producer']['send'] = (record) => producer.send(record);
  const announcer: Announcer = {
    topics,
    encode: {
      destinations: (destination) => codec.encode('hub.pipeline.Destination', destination),
      erasures: (erasure) => codec.encode('hub.pipeline.Erasure', erasure),
    },
    send,
  };
  const deliveries: DeliveryTopic = {
    topicsOf: (channel) => topics[channel],
    encode: (delivery) => codec.encode('hub.pipeline.Delivery', delivery),
    send,
  };
  return [
    { provide: OutboxRelay, useValue: new OutboxRelay(new OutboxStore(database), announcer, log) },
    { provide: UnsubscribeStore, useValue: new UnsubscribeStore(database) },
    { provide: DeliveryBodies, useValue: new DeliveryBodies() },
    { provide: DeliveryPublisher, useValue: new DeliveryPublisher(deliveries) },
    { provide: LetterSender, useValue: new LetterSender({ store: new LetterStore(database), send }, log) },
  ];
}

function settings(parts: AdminApiParts): Provider[] {
  const { masterKeys, urlRules, destinationRules, sends, database, log } = parts;
  return [
    { provide: SchemaVersions, useValue: new SchemaVersions(parts.findSchemaVersion, log) },
    { provide: PauseRule, useValue: new PauseRule(parts.pauseAfter) },
    {
      provide: InspectorServer,
      useValue: new InspectorServer(parts.inspector, new InboxStore(database), log),
    },
    { provide: LiveUpdates, useValue: new LiveUpdates(new LiveStore(database), log) },
    { provide: MasterKeys, useValue: masterKeys },
    { provide: WebhookRequests, useValue: new WebhookRequests(urlRules) },
    { provide: DestinationRequests, useValue: new DestinationRequests(destinationRules) },
    {
      provide: OwnerContacts,
      useValue: new OwnerContacts(new OwnerContactsStore(database), masterKeys, log),
    },
    { provide: TestSender, useValue: new TestSender(sends) },
    { provide: ApiKeyCache, useValue: new ApiKeyCache(new ApiKeyStore(database), log) },
  ];
}

type People = Omit<AdminApiParts, 'caps'> & { caps: Caps };

function people(parts: People, tenantDatabase: TenantDatabase): Provider[] {
  const { people: settings, mailer, caps } = parts;
  const { PUBLIC_URL: publicUrl, INVITATION_LIFETIME: invitationLifetimeMs } = settings;
  return [
    ...peopleProviders({ ...parts, settings }),
    ...tenantProviders(tenantDatabase, { mailer, publicUrl, invitationLifetimeMs, caps }),
  ];
}
