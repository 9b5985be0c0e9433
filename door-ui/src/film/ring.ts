/** The last two minutes, sealed, in memory. What is older is forgotten. */

import type { Layer } from "./order";

/** Milliseconds that are kept at least. */
export const KEPT = 120_000;

/** A sealed segment. wall: milliseconds since 1970; mono: since this page began; beacon: the newest one of then. */
export interface Sealed {
  readonly slice: number;
  readonly layer: Layer;
  readonly media: string;
  readonly mono: number;
  readonly length: number;
  readonly wall: number;
  readonly beacon: string;
  readonly sha256: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class Ring {
  #kept: Sealed[] = [];

  /** Keep one more; those that ended more than two minutes before its end are forgotten. */
  add(one: Sealed): void {
    const since = one.mono + one.length - KEPT;
    this.#kept = [...this.#kept.filter(({ mono, length }) => mono + length > since), one];
  }

  /** All of it, the oldest first, and keep nothing. */
  empty(): Sealed[] {
    const all = this.#kept.sort((one, other) => one.slice - other.slice);
    this.#kept = [];
    return all;
  }
}
