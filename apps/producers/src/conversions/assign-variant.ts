import type { Variant } from '#events';
import { createHash } from 'node:crypto';

/** The variant that a visitor sees: always the same one, and over all visitors each as often as its weight says. */
export function assignVariant(
  experimentId: string,
  anonymousId: string,
  variants: readonly Variant[],
): Variant | undefined {
  const digest = createHash('sha256').update(`${experimentId}:${anonymousId}`).digest();
  let point = (digest.readUInt32BE(0) / 2 ** 32) * 100;
  return variants.find(({ weight }) => (point -= weight) < 0) ?? variants.at(-1);
}
