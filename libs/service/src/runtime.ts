import { loadConfig, type Config } from '#config';
import { createDatabase, type Database } from '#database';
import { Erasures, RoutingTable } from '#delivery';
import { createEgress, type Egress } from '#egress';
import { Codec } from '#events';
import {
  Table,
  connectProducer,
  createTopics,
  type Decoder,
  type Producer,
  type TableOptions,
  type Topics,
} from '#kafka';
import { createLog, type Log } from '#log';
import { MasterKeys } from '#webhooks';
import { createMailer, type Mailer } from '#mail';
import { Health } from './health.ts';
import { followLanes, type LaneMemory } from './channels/follow-lanes.ts';
import { ownEndpoints } from './own-endpoints.ts';
import { decoderOf } from './decoder-of.ts';
import { Metrics } from './metrics.ts';

const BASE_SECTIONS = ['service', 'kafka', 'registry', 'delivery'] as const;

/** Settings that every process needs. */
export type BaseConfig = Config<(typeof BASE_SECTIONS)[number]>;

/** What the apps of one process share. Each part is made when the first app asks for it, and closed at the end. */
export class Runtime {
  readonly config: BaseConfig = loadConfig(BASE_SECTIONS);
  readonly topics: Topics = createTopics(
    this.config.kafka.KAFKA_TOPIC_PREFIX,
    this.config.delivery.RETRY_DELAYS,
  );
  readonly health = new Health();
  readonly metrics = new Metrics();
  readonly log: Log;
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #producers = new Map<string, Promise<Producer>>();
  #codec: Promise<Codec> | undefined;
  #database: Promise<Database> | undefined;
  #routing: Promise<RoutingTable> | undefined;
  #erasures: Promise<Erasures> | undefined;
  #lanes: Promise<LaneMemory> | undefined;
  #egress: Egress | undefined;
  #mailer: Mailer | undefined;

  /** @throws HubError HUB_CONFIG_INVALID */
  constructor(name: string) {
    const { LOG_LEVEL, LOG_PRETTY } = this.config.service;
    this.log = createLog(name, { level: LOG_LEVEL, pretty: LOG_PRETTY });
  }

  /** The producer of a stage: what one stage writes must not wait behind what another has just written a lot of. */
  producer(stage: string): Promise<Producer> {
    const known = this.#producers.get(stage) ?? this.#connectProducer(stage);
    this.#producers.set(stage, known);
    return known;
  }

  codec(): Promise<Codec> {
    return (this.#codec ??= Codec.connect(this.config.registry));
  }

  /** The pool, once the schema is as new as this version needs. @throws HubError HUB_DATABASE_BEHIND */
  database(): Promise<Database> {
    return (this.#database ??= this.#openDatabase());
  }

  /** Destinations as `hub.destinations` has them, read to the end and followed from then on. */
  routing(): Promise<RoutingTable> {
    return (this.#routing ??= this.#followDestinations());
  }

  /** The way out to the mail server, if one is set up. */
  mailer(): Mailer {
    return (this.#mailer ??= this.#openMailer());
  }

  /** What workers left behind of their lanes. */
  lanes(): Promise<LaneMemory> {
    return (this.#lanes ??= this.#followLanes());
  }

  /** Everything that the hub was told to forget, read to the end and followed from then on. */
  erasures(): Promise<Erasures> {
    return (this.#erasures ??= this.#followErasures());
  }

  /** The only way out to URLs that customers chose. */
  egress(): Egress {
    return (this.#egress ??= this.#openEgress());
  }

  /** What stored secrets are encrypted under. */
  masterKeys(): MasterKeys {
    const { MASTER_KEY, MASTER_KEY_PREVIOUS } = loadConfig(['secrets']).secrets;
    return new MasterKeys(MASTER_KEY, MASTER_KEY_PREVIOUS);
  }

  /** Closes, in reverse order, whatever was made. */
  async close(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close();
  }

  /** Has `close` called at the end, before what was made earlier. */
  onClose(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  #openMailer(): Mailer {
    const mailer = createMailer(loadConfig(['mail']).mail, this.log);
    this.onClose(() => mailer.close());
    return mailer;
  }

  #openEgress(): Egress {
    const { delivery } = this.config;
    // Many destinations may share a host: its bound must not be one lane's.
    const maxConnectionsPerOrigin = delivery.LANE_MAX_CONCURRENCY * 8;
    const egress = createEgress(
      { egress: loadConfig(['egress']).egress, delivery, maxConnectionsPerOrigin, own: ownEndpoints() },
      this.log,
    );
    this.onClose(() => egress.close());
    return egress;
  }

  async #connectProducer(stage: string): Promise<Producer> {
    const producer = await connectProducer(this.config.kafka, `hub-${stage}`, this.log);
    this.onClose(() => producer.close());
    this.health.add(`${stage}-producer`, () => producer.isHealthy);
    return producer;
  }

  async #openDatabase(): Promise<Database> {
    const database = createDatabase(loadConfig(['database']).database, this.log);
    this.onClose(() => database.close());
    await database.requireMigrated();
    this.health.add('database', () => database.isReady());
    return database;
  }

  async #followLanes(): Promise<LaneMemory> {
    const { config, topics, log } = this;
    const onClose = (close: () => Promise<void>) => this.onClose(close);
    return followLanes({ settings: config.kafka, topics, codec: await this.codec(), log, onClose });
  }

  async #followDestinations(): Promise<RoutingTable> {
    const routing = new RoutingTable();
    const decoder = decoderOf(await this.codec(), 'hub.pipeline.Destination');
    await this.#follow('destinations', decoder, (id, destination, sinceMs) =>
      routing.apply(id, destination, sinceMs),
    );
    return routing;
  }

  async #followErasures(): Promise<Erasures> {
    const erasures = new Erasures();
    const decoder = decoderOf(await this.codec(), 'hub.pipeline.Erasure');
    await this.#follow('erasures', decoder, (id, erasure) => erasures.apply(id, erasure));
    return erasures;
  }

  async #follow<T>(
    name: 'destinations' | 'erasures',
    decoder: Decoder<T>,
    apply: TableOptions<T>['apply'],
  ): Promise<void> {
    const table = new Table(
      { settings: this.config.kafka, topic: this.topics[name], decoder, apply },
      this.log,
    );
    await table.start();
    this.onClose(() => table.stop());
    this.health.add(name, () => table.isHealthy);
  }
}
