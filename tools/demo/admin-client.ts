/** A webhook as the admin API shows it, as far as the demo needs it. */
export interface SampleWebhook {
  id: string;
  name: string;
  url: string;
  eventTypes: string[];
  enabled: boolean;
}

/** A destination of any kind, as far as the demo needs it. */
export interface SampleDestination {
  id: string;
  kind: string;
  name: string;
  enabled: boolean;
}

const TIMEOUT_MS = 15_000;

/** The few calls of the admin API that the demo makes. */
export class AdminClient {
  readonly #base: string;
  readonly #apiKey: string;

  constructor(url: string, { projectId, apiKey }: { projectId: string; apiKey: string }) {
    this.#base = `${url}/v1/projects/${projectId}`;
    this.#apiKey = apiKey;
  }

  /** Whether the key is one that the hub knows. */
  async isOpen(): Promise<boolean> {
    return (await this.#fetch('GET', '/webhooks')).ok;
  }

  async webhooks(): Promise<SampleWebhook[]> {
    return (await this.#call<{ items: SampleWebhook[] }>('GET', '/webhooks?limit=100')).items;
  }

  create(
    webhook: Pick<SampleWebhook, 'name' | 'url' | 'eventTypes'>,
  ): Promise<SampleWebhook & { secret: string }> {
    return this.#call('POST', '/webhooks', webhook);
  }

  /** Points a webhook to where the receiver listens this time, and enables it should it be disabled. */
  async point(webhook: SampleWebhook, { url, eventTypes }: Pick<SampleWebhook, 'url' | 'eventTypes'>) {
    const changed = await this.#call<SampleWebhook>('PATCH', `/webhooks/${webhook.id}`, { url, eventTypes });
    return changed.enabled ? changed : this.#call<SampleWebhook>('POST', `/webhooks/${webhook.id}/enable`);
  }

  async remove({ id }: SampleWebhook): Promise<void> {
    await this.#fetch('DELETE', `/webhooks/${id}`);
  }

  async destinations(): Promise<SampleDestination[]> {
    return (await this.#call<{ items: SampleDestination[] }>('GET', '/destinations?limit=100')).items;
  }

  createDestination(settings: object): Promise<SampleDestination> {
    return this.#call('POST', '/destinations', settings);
  }

  /** Changes it, and enables it should it be disabled. */
  async changeDestination({ id }: SampleDestination, settings: object): Promise<SampleDestination> {
    const changed = await this.#call<SampleDestination>('PATCH', `/destinations/${id}`, settings);
    return changed.enabled ? changed : this.#call('POST', `/destinations/${id}/enable`);
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.#fetch(method, path, body);
    if (response.ok) return (await response.json()) as T;
    throw new Error(`${method} ${this.#base}${path} answered ${response.status}: ${await response.text()}`);
  }

  #fetch(method: string, path: string, body?: object): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.#apiKey}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    return fetch(`${this.#base}${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }
}
