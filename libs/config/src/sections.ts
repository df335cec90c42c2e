import { z } from 'zod';
import { cap, delays, duration, flag, list, size, whole, withoutSlash } from './parsers.ts';
import { masterKey, masterKeys } from './master-key.ts';

/**
 * Every setting of the hub: one object a section, one key an environment variable. `docs/configuration.md` and
 * `.env.example` are generated from here (`npm run docs:generate`).
 */
export const sections = {
  service: {
    NODE_ENV: z
      .enum(['development', 'test', 'production'])
      .default('development')
      .describe('`production` refuses sample keys and turns pretty logs off.'),
    LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('Least severe log level written.'),
    LOG_PRETTY: flag().default(false).describe('Human-readable log lines instead of JSON.'),
    STOP_TIMEOUT: duration()
      .prefault('35s')
      .describe('How long a stopping process waits for work in flight.'),
    METRICS_PORT: whole(0, 65_535)
      .default(0)
      .describe('Port of `/healthz`, `/readyz` and `/metrics`, for operators alone; 0 turns it off.'),
    METRICS_HOST: z.string().default('127.0.0.1').describe('Address that METRICS_PORT listens on.'),
  },
  http: {
    HTTP_PORT: whole(0, 65_535).default(3000).describe('Port of the HTTP API; 0 chooses a free one.'),
    HTTP_HOST: z.string().default('127.0.0.1').describe('Address the HTTP API listens on.'),
    MAX_EVENT_BYTES: size()
      .prefault('256kb')
      .describe('Largest event accepted by `POST /v1/events`; more is 413.'),
    MAX_BATCH_EVENTS: whole(1, 10_000).default(500).describe('Most events in one `POST /v1/events/batch`.'),
    MAX_BATCH_BYTES: size().prefault('8mb').describe('Largest body of `POST /v1/events/batch`; more is 413.'),
    HTTP_HEADERS_TIMEOUT: duration()
      .prefault('10s')
      .describe('How long a client may take to send the headers of a request.'),
    HTTP_REQUEST_TIMEOUT: duration()
      .prefault('30s')
      .describe('How long a client may take to send a whole request.'),
    TRUSTED_PROXIES: list()
      .prefault('')
      .describe(
        'Addresses or CIDR ranges of proxies whose `X-Forwarded-For` is believed, separated by commas. None by default: then all clients behind a proxy share its limits.',
      ),
    INGEST_ACK_TIMEOUT: duration()
      .prefault('10s')
      .describe('How long ingest waits for Kafka before it answers 503.'),
    INSPECTOR_PORT: whole(0, 65_535)
      .default(0)
      .describe(
        'Port of the built-in receivers that projects may open to try webhooks out; 0 turns them off.',
      ),
    INSPECTOR_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Base URL under which workers reach INSPECTOR_PORT; unset means `http://127.0.0.1:<port>`.'),
  },
  limits: {
    LIMIT_ADDRESS_REQUESTS: whole(0, 1_000_000)
      .default(5_000)
      .describe('Most requests a second of one address (IPv6: of one /64) to one process; 0 is no limit.'),
    LIMIT_SIGN_INS: whole(0, 1_000_000)
      .default(20)
      .describe(
        'Most tries a minute of one address to sign in, sign up, or change or reset a password; 0 is no limit.',
      ),
    LIMIT_EVENTS: whole(0, 10_000_000)
      .default(20_000)
      .describe(
        'Most events a second of one API key to one process, and half of what the keys of a tenant may send together; 0 is no limit.',
      ),
    LIMIT_REQUESTS: whole(0, 1_000_000)
      .default(200)
      .describe('The same for requests a second that publish nothing.'),
    LIMIT_COSTLY_REQUESTS: whole(0, 1_000_000)
      .default(120)
      .describe(
        'The same for requests a minute that cost much: tests, redeliveries, new secrets and API keys, invitations and other e-mails, new passwords, exports, erasures.',
      ),
  },
  caps: {
    MAX_TENANTS_PER_OWNER: cap(20, 'Most tenants that a person who owns them may make; 0 is no cap.'),
    MAX_PROJECTS_PER_TENANT: cap(100, 'Most projects of a tenant; 0 is no cap.'),
    MAX_DESTINATIONS_PER_PROJECT: cap(
      500,
      'Most destinations of a project, beside its contacts; 0 is no cap.',
    ),
    MAX_API_KEYS_PER_PROJECT: cap(100, 'Most API keys of a project that are not revoked; 0 is no cap.'),
    MAX_INVITATIONS_PER_TENANT: cap(100, 'Most open invitations of a tenant; 0 is no cap.'),
  },
  kafka: {
    KAFKA_BROKERS: list()
      .pipe(
        z
          .array(z.string().regex(/^[^\s:]+:\d+$|^\[[^\]]+\]:\d+$/, 'must be host:port, separated by commas'))
          .min(1),
      )
      .prefault('127.0.0.1:9092')
      .describe('Bootstrap brokers, `host:port`, separated by commas.'),
    KAFKA_SSL: flag().default(false).describe('TLS to the brokers.'),
    KAFKA_SSL_CA_FILE: z
      .string()
      .optional()
      .describe('PEM file with the certificate authority of the brokers.'),
    KAFKA_SASL_MECHANISM: z
      .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
      .optional()
      .describe('SASL mechanism; unset means no SASL.'),
    KAFKA_SASL_USERNAME: z.string().optional().describe('SASL user name.'),
    KAFKA_SASL_PASSWORD: z.string().optional().describe('SASL password.'),
    KAFKA_REPLICATION_FACTOR: whole(1, 9)
      .default(1)
      .describe('Replication factor of the topics that the hub creates; 3 in production.'),
    KAFKA_MIN_INSYNC_REPLICAS: whole(1, 9)
      .default(1)
      .describe('`min.insync.replicas` of those topics; 2 in production.'),
    KAFKA_PARTITIONS: whole(1, 1_000)
      .default(6)
      .describe(
        'Partitions of each topic that the hub creates. Delivery and retry topics must agree, so do not change it for existing topics one by one.',
      ),
    KAFKA_TOPIC_PREFIX: z
      .string()
      .regex(/^[a-zA-Z0-9._-]*$/, 'may hold letters, digits, dot, underscore and hyphen')
      .default('')
      .describe('Put before every topic and consumer group name, so that several hubs can share a cluster.'),
    KAFKA_SESSION_TIMEOUT: duration()
      .prefault('10s')
      .describe('After this long without a heartbeat a dead consumer loses its partitions.'),
    KAFKA_EVENT_RETENTION: duration().prefault('7d').describe('How long event topics keep records.'),
  },
  registry: {
    SCHEMA_REGISTRY_URL: z
      .url({ protocol: /^https?$/ })
      .default('http://127.0.0.1:8081')
      .describe('Base URL of the Confluent-compatible schema registry API.'),
    SCHEMA_REGISTRY_USERNAME: z.string().optional().describe('User name for HTTP basic authentication.'),
    SCHEMA_REGISTRY_PASSWORD: z.string().optional().describe('Password for HTTP basic authentication.'),
  },
  database: {
    DATABASE_URL: z
      .url({ protocol: /^postgres(ql)?$/ })
      .default('postgres://hub:hub@127.0.0.1:5432/hub')
      .describe('PostgreSQL connection URL.'),
    DATABASE_POOL_SIZE: whole(1, 200).default(10).describe('Most connections a process opens.'),
    DATABASE_STATEMENT_TIMEOUT: duration().prefault('15s').describe('Longest a statement may run.'),
  },
  retention: {
    RETENTION_DAYS: whole(0, 9_999)
      .default(30)
      .describe('Events, deliveries and attempts older than this many days are forgotten; 0 keeps them.'),
    ERASURE_SETTLE_TIME: duration()
      .prefault('1m')
      .describe(
        'How long after its request an erasure goes through the tables: longer than DELIVERY_TIMEOUT, so that what was under way has ended.',
      ),
  },
  secrets: {
    MASTER_KEY: masterKey().describe(
      'Base64 of 32 random bytes that encrypt webhook secrets at rest: `openssl rand -base64 32`.',
    ),
    MASTER_KEY_PREVIOUS: masterKeys()
      .prefault('')
      .describe(
        'Earlier master keys, separated by commas: secrets that are still under one stay readable until `npm run admin -- rekey` has run.',
      ),
  },
  people: {
    SESSION_LIFETIME: duration().prefault('7d').describe('How long after signing in a session ends.'),
    INVITATION_LIFETIME: duration().prefault('7d').describe('How long an invitation can be accepted.'),
    OIDC_DISCOVERY_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'Single sign-on by OpenID Connect: URL of `.well-known/openid-configuration`; unset, there is none. The provider is to send people back to `<PUBLIC_URL>/v1/auth/callback/single-sign-on`.',
      ),
    OIDC_CLIENT_ID: z.string().optional().describe('Client id at the identity provider.'),
    OIDC_CLIENT_SECRET: z.string().optional().describe('Client secret at the identity provider.'),
    OIDC_NAME: z.string().default('Single sign-on').describe('What the sign-in page calls it.'),
  },
  mail: {
    SMTP_URL: z
      .url({ protocol: /^smtps?$/ })
      .optional()
      .describe(
        'SMTP server for e-mails, such as `smtp://user:password@mail.example.com:587`; unset, e-mails are refused.',
      ),
    MAIL_FROM: z
      .string()
      .default('Ttoolab Hub <hub@localhost>')
      .describe('Sender of e-mails: an address, or a name with one in angle brackets.'),
  },
  delivery: {
    RETRY_DELAYS: delays()
      .refine((all) => all.length <= 20, 'may name at most 20 delays')
      .prefault('1m,5m,15m,1h')
      .describe('Delay before attempts 2, 3, …; each names a retry topic. One more attempt than delays.'),
    DELIVERY_TIMEOUT: duration()
      .prefault('30s')
      .describe('Longest one attempt may take, from DNS to the last byte.'),
    CONNECT_TIMEOUT: duration().prefault('5s').describe('Longest the TCP and TLS connect may take.'),
    AUTO_PAUSE_FAILURES: whole(1, 1_000)
      .default(10)
      .describe('Consecutive failed attempts after which a webhook is disabled.'),
    AUTO_PAUSE_PROBE_SPACING: duration()
      .prefault('1s')
      .describe(
        'Pause before the next attempt from the third consecutive failure on; doubles up to 60 s. 0s turns spacing off.',
      ),
    LANE_MAX_CONCURRENCY: whole(1, 1_024)
      .default(64)
      .describe('Most requests in flight to one destination; up to a quarter more while a replay runs.'),
    LANE_MAX_QUEUED: whole(1, 100_000)
      .default(1_000)
      .describe('Most deliveries that wait in memory for one destination; more are deferred to a topic.'),
  },
  replay: {
    REPLAY_RATE: whole(1, 10_000)
      .default(200)
      .describe('Most deliveries a second that all replays together send.'),
  },
  connectors: {
    PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .default('http://127.0.0.1:3000')
      .transform(withoutSlash)
      .describe(
        'Base URL of the admin API and its pages as browsers reach it: links in messages lead there. With https, cookies are Secure.',
      ),
    SLACK_BURST_WINDOW: duration()
      .prefault('1m')
      .describe(
        'Slack gets at most one message an experiment, survey or flag in so much time, which tells of all that happened to it; 0s for one message an event.',
      ),
    SLACK_API_URL: z
      .url({ protocol: /^https?$/ })
      .default('https://slack.com/api')
      .transform(withoutSlash)
      .describe(
        'Base URL of Slack’s Web API. Incoming webhooks are accepted of its host too; otherwise of hooks.slack.com alone.',
      ),
  },
  warehouse: {
    WAREHOUSE_TARGET: z
      .enum(['duckdb', 'postgres'])
      .default('duckdb')
      .describe(
        'Where the warehouse sink writes: a DuckDB file with Parquet files beside it, or PostgreSQL.',
      ),
    WAREHOUSE_DIR: z
      .string()
      .default('.hub/warehouse')
      .describe(
        'Folder of the DuckDB file and of the Parquet files. One sink process at a time can have it.',
      ),
    WAREHOUSE_FILES: z
      .string()
      .regex(/^s3:\/\/[^/]+/, 'must be s3://bucket or s3://bucket/prefix')
      .optional()
      .describe(
        'Bucket that the Parquet files go to instead of WAREHOUSE_DIR. Needs DuckDB’s httpfs extension.',
      ),
    WAREHOUSE_S3_ENDPOINT: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('S3-compatible store other than AWS, such as `http://127.0.0.1:9000`.'),
    WAREHOUSE_S3_REGION: z.string().default('us-east-1').describe('Region of the bucket.'),
    WAREHOUSE_S3_KEY_ID: z.string().default('').describe('Access key id for the bucket.'),
    WAREHOUSE_S3_SECRET: z.string().default('').describe('Secret access key for the bucket.'),
    WAREHOUSE_URL: z
      .url({ protocol: /^postgres(ql)?$/ })
      .optional()
      .describe('PostgreSQL connection URL of the warehouse; needed when WAREHOUSE_TARGET is `postgres`.'),
    WAREHOUSE_SCHEMA: z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be lower-case letters, digits and underscores')
      .default('warehouse')
      .describe('Schema of its tables and views there.'),
    WAREHOUSE_EVENT_TYPES: list()
      .pipe(z.array(z.string()).min(1, 'must name an event type'))
      .prefault('ces.response_created')
      .describe(
        'Event types that are written: exact ones, prefixes such as `experiment.*`, or `*`, separated by commas. Each has a table of its own.',
      ),
  },
  egress: {
    EGRESS_ALLOW: list()
      .prefault('')
      .describe(
        'CIDR ranges that may be reached although they are loopback, private or reserved, separated by commas. Ports of the hub itself stay out of reach.',
      ),
    EGRESS_HTTPS_ONLY: flag().default(false).describe('Refuse http:// destinations.'),
    MAX_RESPONSE_BYTES: size().prefault('16kb').describe('How much of a response body is read and kept.'),
  },
} as const satisfies Record<string, Record<string, z.ZodType>>;

/** Name of a group of settings that `loadConfig` takes. */
export type SectionName = keyof typeof sections;
