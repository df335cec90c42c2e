/**
 * IPv4 ranges that no customer's endpoint can rightly live in: IANA's special-purpose registry, multicast, and the one
 * public address that clouds answer from inside (168.63.129.16).
 */
export const FORBIDDEN_IPV4 = [
  '0.0.0.0/8', // this network; 0.0.0.0 reaches loopback
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT; holds a cloud's metadata address
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // Azure's platform address
  '169.254.0.0/16', // link-local; metadata services
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
] as const;

/**
 * The only IPv6 addresses that exist on the public internet. Whatever lies outside (loopback, link-local, unique local,
 * site-local, multicast, IPv4-mapped and -compatible, NAT64 64:ff9b::/96, 4000::/3 …) is refused without being listed.
 */
export const PUBLIC_IPV6 = '2000::/3';

/** What is special within the public IPv6 range. */
export const FORBIDDEN_IPV6 = [
  '2001::/23', // protocol assignments: Teredo, benchmarking, ORCHID, AMT
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: carries an IPv4 address
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
] as const;
