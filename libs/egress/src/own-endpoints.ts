import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createAddressGuard } from './address-guard.ts';

/** A server of the hub itself, or of a part that it works on. */
export interface OwnEndpoint {
  host: string;
  port: number;
}

const PUBLIC = createAddressGuard([]);
const REFRESH_MS = 60_000;

/**
 * The hub's own ports: API, metrics, brokers, registry, database. No webhook may reach them, also where EGRESS_ALLOW opens
 * the range that they are in. An own port counts on every own address: loopback, this machine's, and those of the parts.
 */
export class OwnEndpoints {
  readonly #ports: Set<number>;
  readonly #names: readonly string[];
  readonly #addresses = new BlockList();

  constructor(endpoints: readonly OwnEndpoint[]) {
    this.#ports = new Set(endpoints.map(({ port }) => port));
    const hosts = endpoints.map(({ host }) => host.replace(/^\[|\]$/g, ''));
    this.#names = [...new Set(hosts)].filter((host) => isIP(host) === 0);
    this.#addresses.addSubnet('127.0.0.0', 8);
    this.#addresses.addAddress('0.0.0.0');
    for (const address of ['::', '::1', ...hosts.filter(isInside), ...ofThisMachine()]) this.#add(address);
  }

  /** Finds the addresses of the parts, now and every minute. @returns what ends it */
  follow(): () => void {
    if (this.#names.length === 0) return () => {};
    void this.refresh();
    const timer = setInterval(() => void this.refresh(), REFRESH_MS).unref();
    return () => clearInterval(timer);
  }

  /** Adds what the names of the parts lead to now. */
  async refresh(): Promise<void> {
    const found = await Promise.allSettled(this.#names.map((name) => lookup(name, { all: true })));
    const addresses = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    for (const { address } of addresses.filter((each) => isInside(each.address))) this.#add(address);
  }

  /** Whether some own endpoint has this port. */
  hasPort(port: number): boolean {
    return this.#ports.has(port);
  }

  /** Whether an own endpoint may live at this address; a name is none. */
  hasAddress(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#addresses.check(address, version === 6 ? 'ipv6' : 'ipv4');
  }

  #add(address: string): void {
    const version = isIP(address);
    if (version !== 0 && !this.hasAddress(address))
      this.#addresses.addAddress(address, version === 6 ? 'ipv6' : 'ipv4');
  }
}

/** A part with a public address may share it with customers, and is out of nobody's reach anyway. */
function isInside(address: string): boolean {
  return !PUBLIC.isAllowed(address);
}

function ofThisMachine(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}
