/** Random numbers that are the same for the same seed. */
export interface Random {
  /** From 0 up to, not including, 1. */
  fraction(): number;
  /** A whole number, both ends included. */
  whole(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** The index of one of the weights, each as often as its share. */
  weighted(weights: readonly number[]): number;
  /** A UUID version 4. */
  uuid(): string;
}

/** @param seed a whole number */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  // Mulberry32: short, and even enough for traffic.
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    whole,
    chance: (probability) => fraction() < probability,
    pick: (items) => items[whole(0, items.length - 1)] ?? items[0],
    weighted: (weights) => {
      let point = fraction() * weights.reduce((sum, weight) => sum + weight, 0);
      const found = weights.findIndex((weight) => (point -= weight) < 0);
      return found < 0 ? weights.length - 1 : found;
    },
    uuid: () => {
      const hex = Array.from({ length: 32 }, () => whole(0, 15).toString(16));
      hex[12] = '4';
      hex[16] = '89ab'.charAt(whole(0, 3));
      return hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}
