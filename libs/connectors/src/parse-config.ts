import type { Destination } from '#events';

/** What a destination's `config` holds, which the admin API has checked. */
export function parseConfig<T extends object>({ config }: Pick<Destination, 'config'>): Partial<T> {
  return config === '' ? {} : (JSON.parse(config) as Partial<T>);
}
