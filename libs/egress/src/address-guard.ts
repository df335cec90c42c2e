import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { HubError } from '#errors';
import { FORBIDDEN_IPV4, FORBIDDEN_IPV6, PUBLIC_IPV6 } from './forbidden-ranges.ts';

/** Decides which addresses may be connected to. */
export interface AddressGuard {
  /** Takes an IP address as text, never a name. What is not an address is not allowed. */
  isAllowed(address: string): boolean;
}

interface Range {
  bytes: number[];
  bits: number;
}

const forbiddenV4 = FORBIDDEN_IPV4.map(toRange);
const forbiddenV6 = FORBIDDEN_IPV6.map(toRange);
const publicV6 = toRange(PUBLIC_IPV6);

/**
 * @param allow CIDR ranges that may be reached although they are special. An IPv4 range does not cover the same
 *   addresses in IPv6 dress.
 * @throws HubError HUB_CONFIG_INVALID when a range is not a CIDR range
 */
export function createAddressGuard(allow: readonly string[]): AddressGuard {
  const allowed = allow.map(toRange);
  return {
    isAllowed(address) {
      const bytes = toBytes(address);
      if (!bytes) return false;
      return allowed.some((range) => holds(range, bytes)) || isPublic(bytes);
    },
  };
}

function isPublic(bytes: number[]): boolean {
  if (bytes.length === 4) return !forbiddenV4.some((range) => holds(range, bytes));
  return holds(publicV6, bytes) && !forbiddenV6.some((range) => holds(range, bytes)) && !isIsatap(bytes);
}

/** An ISATAP interface id (…:0:5efe:a.b.c.d) carries an IPv4 address within any prefix. */
function isIsatap(bytes: number[]): boolean {
  return (
    (bytes[8] === 0x00 || bytes[8] === 0x02) && bytes[9] === 0x00 && bytes[10] === 0x5e && bytes[11] === 0xfe
  );
}

function holds(range: Range, bytes: number[]): boolean {
  if (range.bytes.length !== bytes.length) return false;
  return bytes.every((byte, at) => {
    const bits = Math.min(8, Math.max(0, range.bits - at * 8));
    const mask = 0xff & (0xff << (8 - bits));
    return (byte & mask) === ((range.bytes[at] ?? 0) & mask);
  });
}

/** ipaddr.js alone reads `127.1` and `0x7f.1` too, so the strict check of Node goes first; a zone (`%eth0`) is no address. */
function toBytes(address: string): number[] | undefined {
  if (isIP(address) === 0 || address.includes('%')) return undefined;
  return ipaddr.parse(address).toByteArray();
}

function toRange(cidr: string): Range {
  const [address = '', prefix = '', ...rest] = cidr.split('/');
  const bytes = toBytes(address);
  const bits = Number(prefix);
  if (!bytes || rest.length > 0 || !/^\d{1,3}$/.test(prefix) || bits > bytes.length * 8) {
    throw new HubError(
      'HUB_CONFIG_INVALID',
      `EGRESS_ALLOW: "${cidr}" is not a CIDR range such as 10.0.0.0/8`,
    );
  }
  return { bytes, bits };
}
