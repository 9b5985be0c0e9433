/** What of a recording goes first, and up to when it is safe. Nothing here reads a clock, a disk or a network. */

export const LAYERS = ["sound", "low", "full"] as const;
/** What a segment shows of its slice: docs/recording.md. */
export type Layer = (typeof LAYERS)[number];

/** A segment that waits to be sent. announced: headquarters knows that it will come; held: its bytes are still here. */
export interface Waiting {
  readonly recording: string;
  readonly number: number;
  readonly slice: number;
  readonly layer: Layer;
  /** Milliseconds since 1970, by the device's clock, at which it begins, and that it lasts. */
  readonly wall: number;
  readonly length: number;
  readonly bytes: number;
  readonly statement: string;
  readonly signature: string;
  readonly beacon: string;
  readonly announced: boolean;
  readonly held: boolean;
}

/**
 * Sound before small pictures before large ones, since a thin link takes the first and not the last. Of each, what was
 * filmed from the touch on comes first, in its order; then what was before it, the nearest first.
 */
export function before(touch: number): (one: Waiting, other: Waiting) => number {
  const late = (slice: number): number => (slice < touch ? 1 : 0);
  return (one, other) =>
    LAYERS.indexOf(one.layer) - LAYERS.indexOf(other.layer) ||
    late(one.slice) - late(other.slice) ||
    (one.slice < touch ? other.slice - one.slice : one.slice - other.slice);
}

/** Whether more waits than one slice: what will come is then announced. */
export function isBehind(waiting: readonly Waiting[]): boolean {
  return new Set(waiting.map(({ slice }) => slice)).size > 1;
}

/** Up to when all that was filmed since the touch is at headquarters, and in which layer. */
export interface Safe {
  readonly until: number;
  readonly layer: Layer;
}

/**
 * The layer of which most is at headquarters without a gap, the best of those.
 * taken: the latest moment of each layer that headquarters has; waiting: what it has not.
 */
export function safe(
  touch: number,
  taken: Readonly<Partial<Record<Layer, number>>>,
  waiting: readonly Waiting[],
): Safe | null {
  let found: Safe | null = null;
  for (const layer of LAYERS) {
    const missing = waiting.filter((one) => one.layer === layer && one.slice >= touch).map(({ wall }) => wall);
    const until = Math.min(taken[layer] ?? 0, ...missing);
    if ((taken[layer] ?? 0) > 0 && (found === null || until >= found.until)) found = { until, layer };
  }
  return found;
}
