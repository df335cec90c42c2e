const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const SHIFT = 24;

/** MurmurHash2 of a key as Apache Kafka's default partitioner has it (`Utils.murmur2`); a signed 32-bit number. */
export function murmur2(key: Uint8Array): number {
  const { length } = key;
  let hash = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let k = byte(key, at) | (byte(key, at + 1) << 8) | (byte(key, at + 2) << 16) | (byte(key, at + 3) << 24);
    k = Math.imul(k, M);
    k ^= k >>> SHIFT;
    hash = Math.imul(hash, M) ^ Math.imul(k, M);
  }
  const rest = length - at;
  if (rest > 2) hash ^= byte(key, at + 2) << 16;
  if (rest > 1) hash ^= byte(key, at + 1) << 8;
  if (rest > 0) hash = Math.imul(hash ^ byte(key, at), M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
}

function byte(key: Uint8Array, at: number): number {
  return key[at] ?? 0;
}
