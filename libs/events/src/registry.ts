import type { Config } from '#config';
import { HubError } from '#errors';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import avro from 'avsc';
import { logicalTypes } from './logical-types.ts';

/** The `registry` section of the settings. */
export type RegistrySettings = Config<'registry'>['registry'];

const REQUEST_TIMEOUT_MS = 3_000;
const RETRY = { retries: 2, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: 1 };

/** What a registry says of a schema: it is there, it is not, or it would not read what is already written. */
export type Registration = { kind: 'registered'; id: number } | { kind: 'refused'; reason: string };

/** The schema registry, with its failures told apart. Every call may throw HubError HUB_REGISTRY_UNAVAILABLE. */
export class Registry {
  readonly #client: SchemaRegistry;
  readonly #settings: RegistrySettings;

  constructor(settings: RegistrySettings) {
    this.#settings = settings;
    const username = settings.SCHEMA_REGISTRY_USERNAME;
    this.#client = new SchemaRegistry(
      {
        host: settings.SCHEMA_REGISTRY_URL.replace(/\/$/, ''),
        clientId: 'ttoolab-hub',
        retry: RETRY,
        middlewares: [withTimeout],
        ...(username === undefined
          ? {}
          : { auth: { username, password: settings.SCHEMA_REGISTRY_PASSWORD ?? '' } }),
      },
      { [SchemaType.AVRO]: { logicalTypes } },
    );
  }

  /** Id of exactly this schema under the subject; `undefined` when it was never registered. */
  async findId(subject: string, text: string): Promise<number | undefined> {
    try {
      return await this.#client.getRegistryIdBySchema(subject, { type: SchemaType.AVRO, schema: text });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw unavailable(error);
    }
  }

  /** Which version of its subject exactly this schema is; `undefined` when it was never registered. */
  async findVersion(subject: string, text: string): Promise<number | undefined> {
    const { SCHEMA_REGISTRY_URL: url, SCHEMA_REGISTRY_USERNAME: user } = this.#settings;
    const password = this.#settings.SCHEMA_REGISTRY_PASSWORD ?? '';
    const headers: Record<string, string> = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    if (user !== undefined)
      headers['authorization'] = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    try {
      // The client has no call for it.
      const response = await fetch(`${url.replace(/\/$/, '')}/subjects/${encodeURIComponent(subject)}`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ schema: text }),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new Error(`The registry answered ${response.status}`);
      return ((await response.json()) as { version: number }).version;
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** The Avro type with that id; `undefined` when there is none. Throws a plain Error when it cannot be used. */
  async findType(id: number): Promise<avro.Type | undefined> {
    try {
      const schema: unknown = await this.#client.getSchema(id);
      if (schema instanceof avro.Type) return schema;
      throw new Error('not an Avro schema');
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw statusOf(error) === undefined ? error : unavailable(error);
    }
  }

  /** Registers a schema that must be able to read whatever its earlier versions wrote. */
  async register(subject: string, text: string): Promise<Registration> {
    try {
      const { id } = await this.#client.register(
        { type: SchemaType.AVRO, schema: text },
        { subject, compatibility: COMPATIBILITY.BACKWARD_TRANSITIVE },
      );
      return { kind: 'registered', id };
    } catch (error) {
      const status = statusOf(error);
      const isRefused = status === undefined || status === 409 || status === 422;
      if (isRefused) return { kind: 'refused', reason: messageOf(error) };
      throw unavailable(error);
    }
  }
}

/** mappersmith waits for ever by itself. */
function withTimeout() {
  return {
    prepareRequest: async <T extends { enhance: (extras: { timeout: number }) => T }>(
      next: () => Promise<T>,
    ): Promise<T> => (await next()).enhance({ timeout: REQUEST_TIMEOUT_MS }),
  };
}

/** The client gives an unreachable registry status 400, and what it finds wrong by itself no status. */
function statusOf(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : undefined;
}

/** `getRegistryIdBySchema` wraps the 404 into an error without a status. */
function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404 || (error as Error | null)?.name === 'ConfluentSchemaRegistryError';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unavailable(cause: unknown): HubError {
  return new HubError('HUB_REGISTRY_UNAVAILABLE', 'The schema registry did not answer as it should', {
    cause,
  });
}
