/** What there is to play, from what the device said of each segment: the same order and gaps as ledger/slices.py. */

/** One segment (docs/recording.md). mono, length: milliseconds; received: when it arrived, absent while it was only announced. */
export interface Segment {
  readonly number: number;
  readonly boot: string;
  readonly slice: number;
  readonly layer: string;
  readonly media: string;
  readonly mono: number;
  readonly length: number;
  readonly wall: string;
  readonly received?: string;
}

/** What is played at once. layers: what arrived of a slice, the best first; of a gap none. */
export interface Piece {
  readonly key: string;
  readonly layers: readonly Segment[];
  /** Milliseconds; of a gap null where the device began again, so that nobody knows. */
  readonly length: number | null;
  /** Milliseconds after which the next slice goes on, which overlaps it; otherwise it is played to its end. */
  readonly until: number;
  /** When it began, by the device's clock. */
  readonly wall: number;
  /** A gap at the end: announced, and still to come. */
  readonly pending: boolean;
}

const LAYERS = ["full", "low", "sound"];
/** As JOINT of ledger/slices.py: what is shorter is a recorder that starts again. */
const JOINT = 500;

const rank = (one: Segment): number => (LAYERS.includes(one.layer) ? LAYERS.indexOf(one.layer) : LAYERS.length);

/** Slices and the gaps between them, in the order in which they were filmed. */
export function pieces(segments: Iterable<Segment>): Piece[] {
  const slices = new Map<string, Segment[]>();
  const boots = new Map<string, number>();
  for (const one of segments) {
    const key = `${one.boot} ${one.slice}`;
    slices.set(key, [...(slices.get(key) ?? []), one]);
    boots.set(one.boot, Math.min(one.number, boots.get(one.boot) ?? one.number));
  }
  const row = [...slices].map(([key, known]) => {
    const layers = known.filter((one) => one.received).sort((a, b) => rank(a) - rank(b));
    return { key, layers, said: layers[0] ?? known.sort((a, b) => rank(a) - rank(b))[0]! };
  });
  row.sort((a, b) => boots.get(a.said.boot)! - boots.get(b.said.boot)! || a.said.mono - b.said.mono);
  const made: Piece[] = [];
  let before: { key: string; said: Segment } | undefined;
  const gap = (wall: number, length: number | null, pending = false): void => {
    made.push({ key: `after ${before?.key ?? ""}`, layers: [], length, until: Infinity, wall, pending });
  };
  const came = row.filter((one) => one.layers.length);
  for (const [place, { key, layers, said }] of came.entries()) {
    const wall = Date.parse(said.wall);
    const apart = before && (before.said.boot === said.boot ? said.mono - before.said.mono - before.said.length : null);
    if (before && apart === null) gap(Date.parse(before.said.wall) + before.said.length, null);
    else if (apart && apart > JOINT) gap(wall - apart, apart);
    const next = came[place + 1]?.said;
    const until = next?.boot === said.boot && next.mono - said.mono < said.length ? next.mono - said.mono : Infinity;
    made.push({ key, layers, length: said.length, until, wall, pending: false });
    before = { key, said };
  }
  const last = row.at(-1)?.said;
  if (last && last !== before?.said) {
    const rest = row.slice(row.findIndex((one) => one.key === before?.key) + 1);
    gap(Date.parse(rest[0]!.said.wall), rest.reduce((sum, one) => sum + one.said.length, 0), true);
  }
  return made;
}
