import type { Random } from './random.ts';
import { DEVICES, DEVICE_SHARES, REFERRERS } from './shop.ts';

/** Somebody in a browser; the id stays the same when they come back. */
export interface Visitor {
  anonymousId: string;
  device: (typeof DEVICES)[number];
  referrer: string | undefined;
}

const MAX_REMEMBERED = 500;
const RETURNING = 0.3;
const DIRECT = 0.4;

/** The shop's visitors: new ones, and the latest 500 coming back now and then. */
export class Visitors {
  readonly #random: Random;
  readonly #recent: Visitor[] = [];
  #seen = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): Visitor {
    const returning = this.#recent[this.#random.whole(0, Math.max(0, this.#recent.length - 1))];
    return returning !== undefined && this.#random.chance(RETURNING) ? returning : this.#create();
  }

  /** Somebody who was here lately and for whom `isWanted` holds, or else a new visitor. */
  lately(isWanted: (anonymousId: string) => boolean): Visitor {
    const known = this.#recent[this.#random.whole(0, Math.max(0, this.#recent.length - 1))];
    return known !== undefined && isWanted(known.anonymousId) ? known : this.#create();
  }

  #create(): Visitor {
    const visitor = {
      anonymousId: this.#random.uuid(),
      device: DEVICES[this.#random.weighted(DEVICE_SHARES)] ?? 'mobile',
      referrer: this.#random.chance(DIRECT) ? undefined : this.#random.pick(REFERRERS),
    };
    this.#recent[this.#seen++ % MAX_REMEMBERED] = visitor;
    return visitor;
  }
}
