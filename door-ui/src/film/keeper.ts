/**
 * Keeps what the camera films: seals each segment at once, forgets what is older than two minutes, and from a touch on
 * numbers, signs and keeps all of it until headquarters has it. It runs beside the page, which waits for nothing here.
 */

import { kept } from "../store";
import type { Filmed } from "./camera";
import * as disk from "./disk";
import { safe, type Layer, type Safe, type Waiting } from "./order";
import { Ring, type Sealed } from "./ring";
import { sha256, seal, sign } from "./seal";
import { Sender } from "./sender";

/** What the server tells a device that films (docs/recording.md). */
export interface Told {
  readonly recording?: string;
  readonly recipient?: string;
  readonly sound: string;
  readonly beacon: string;
  readonly log: string;
}

/** What the page says. */
export type Order =
  | { readonly what: "told"; readonly told: Told }
  | { readonly what: "filmed"; readonly filmed: Filmed }
  | { readonly what: "on"; readonly on: boolean; readonly waits: boolean };

/**
 * What the page shows. has: the recording that would begin next; slice: the number of the next one; on: whether what is
 * filmed is sent; safe: up to when it is at headquarters; lacking: there is no room for all of it; ended: a recording that is over and sent, with so many segments.
 */
export interface Report {
  readonly has: string;
  readonly slice: number;
  readonly on: boolean;
  readonly safe: Safe | null;
  readonly lacking: boolean;
  readonly ended?: { readonly recording: string; readonly segments: number };
}

/**
 * Bytes that are laid aside for when the disk is full, and how much of them must be left for a layer to be kept. Browsers do not
 * say how much there is (estimate() gives the same number to everybody), so that is known once something was refused.
 */
const RESERVE = 8e6;
const ROOM: Readonly<Record<Layer, number>> = { full: RESERVE, low: 2e6, sound: 5e5 };

/** Waits until no other page of this tablet films; then it is this one as long as it is open. */
function alone(): Promise<void> {
  return new Promise((resolve) => {
    void navigator.locks.request("film", () => (resolve(), new Promise(() => undefined)));
  });
}

/** Milliseconds after which a disk that does not answer is asked again. */
const LATER = 500;

/** Bytes that are kept in memory where the disk takes nothing. */
const SPARE = 64e6;

class Keeper {
  readonly #ring = new Ring();
  #standing = disk.NOTHING;
  #waiting: Waiting[] = [];
  /** Layers of which the last segment found no room. */
  readonly #lacking = new Set<Layer>();
  /** Bytes of segments that this tablet has room for. */
  #capacity = Infinity;
  #waits = true;
  #pair: CryptoKeyPair | undefined;
  /** What the disk would not take, by statement. */
  readonly #spare = new Map<string, Uint8Array<ArrayBuffer>>();
  /** One thing after another: numbers and what each says of the one before have an order. */
  #line: Promise<unknown>;
  readonly #sender = new Sender({
    waiting: () => (this.#waits ? [] : this.#waiting),
    touch: () => this.#standing.touch,
    logs: () => this.#standing.logs,
    bytes: async (one) => this.#spare.get(one.statement) ?? disk.bytesOf(one),
    announced: (some) => this.#after(() => this.#announced(some)),
    done: (one, isTaken) => this.#after(() => this.#done(one, isTaken)),
  });

  constructor() {
    // One of a tablet's pages films at a time: two would give the same numbers.
    this.#line = alone().then(disk.before).then(
      ([standing, waiting]) => {
        [this.#standing, this.#waiting] = [standing, waiting];
        this.#report();
        this.#sender.wake();
        return disk.reserve(RESERVE);
      },
      () => this.#report(),
    );
  }

  /** Do what the page says, after what it said before. */
  obey(order: Order): void {
    void this.#after(() => {
      if (order.what === "told") return this.#told(order.told);
      if (order.what === "filmed") return this.#filmed(order.filmed);
      return this.#turn(order.on, order.waits);
    });
  }

  #after(work: () => Promise<void>): Promise<void> {
    const done = this.#line.then(work).catch((fault: unknown) => console.error("not kept:", String(fault)));
    this.#line = done;
    return done;
  }

  async #told({ recording, recipient, beacon, log }: Told): Promise<void> {
    const { current, logs } = this.#standing;
    const isNew = recording && recipient && recording !== current?.recording;
    const tape = isNew ? { [current ? "next" : "current"]: { recording, recipient } } : {};
    const known = logs.includes(log) ? logs : [...logs, log];
    await this.#stand({ ...this.#standing, ...tape, ...(beacon && { beacon }), logs: known });
    await this.#goOn();
    this.#sender.wake();
  }

  async #filmed(filmed: Filmed): Promise<void> {
    const { current, beacon } = this.#standing;
    if (!current || !beacon) return;
    const sealed = await seal(filmed, current.recipient, beacon);
    this.#standing = { ...this.#standing, slice: Math.max(this.#standing.slice, filmed.slice + 1) };
    if (this.#standing.on) await this.#keep([sealed]);
    else this.#ring.add(sealed);
  }

  /**
   * From now on what is filmed is sent, with what the ring holds; or no more of it. waits: it belongs to an alarm that
   * headquarters has not heard of yet, so nothing leaves before that has.
   */
  async #turn(on: boolean, waits: boolean): Promise<void> {
    this.#waits = waits;
    this.#sender.wake();
    if (on === this.#standing.on) return;
    const touched = on ? { touch: this.#standing.slice, taken: {} } : {};
    await this.#stand({ ...this.#standing, on, ...touched });
    if (on) await this.#keep(this.#ring.empty());
    await this.#goOn();
  }

  /**
   * Begin the next recording where this one is over. Headquarters forgets the key of one that never began, so this one has to
   * have begun there; without another one to begin it goes on in the same, whenever that is.
   */
  async #goOn(): Promise<void> {
    const { next, ...rest } = this.#standing;
    const { current, on, number, begun, ended } = rest;
    if (current && next && !on && (number === 0 || begun)) {
      this.#ring.empty(); // It was sealed for the other one.
      const over = number > 0 ? { ...ended, [current.recording]: number } : ended;
      await this.#stand({ ...rest, current: next, number: 0, prev: "", begun: false, ended: over });
    }
    await this.#endOne();
  }

  async #keep(all: readonly Sealed[]): Promise<void> {
    if (all.length === 0) return;
    const pair = await this.#keys();
    let made: Made[] = [];
    let { number, prev } = this.#standing;
    for (const one of all) {
      const signed = await sign(pair, one, this.#standing.current!.recording, number, prev);
      made.push([{ ...signed, held: true }, one.bytes]);
      prev = await sha256(signed.statement);
      number += 1;
    }
    this.#standing = { ...this.#standing, number, prev };
    const whole = made;
    made = this.#fitting(whole);
    try {
      await disk.keepAll(made, this.#standing);
    } catch {
      const freed = await disk.release().catch(() => 0);
      // A browser finds the freed room only some time later: until then memory takes what there is room for.
      if (freed > 0) this.#capacity = this.#held() + freed;
      made = this.#fitting(whole);
      await disk.keepAll(made, this.#standing).catch(() => (made = this.#inMemory(made)));
    }
    this.#waiting.push(...made.map(([one]) => one));
    for (const [{ held, layer }] of made) this.#lacking[held ? "delete" : "add"](layer);
    this.#report();
    this.#sender.wake();
  }

  /** The tablet's key. A disk that does not answer is asked again: what was filmed waits for it, and is not lost. */
  async #keys(): Promise<CryptoKeyPair> {
    while (!this.#pair) {
      this.#pair = await kept("keys").catch(() => undefined);
      if (!this.#pair) await new Promise((resolve) => setTimeout(resolve, LATER));
    }
    return this.#pair;
  }

  #held(): number {
    return this.#waiting.reduce((sum, { bytes, held }) => sum + (held ? bytes : 0), 0);
  }

  /** The same, with the bytes of those only that there is room for. */
  #fitting(made: readonly Made[]): Made[] {
    let room = this.#capacity - this.#held();
    return made.map(([one, bytes]) => {
      const held = bytes !== null && room - one.bytes >= ROOM[one.layer];
      if (held) room -= one.bytes;
      return [{ ...one, held }, held ? bytes : null];
    });
  }

  /** Where the disk takes nothing at all: as many as fit into memory. */
  #inMemory(made: readonly Made[]): Made[] {
    let used = [...this.#spare.values()].reduce((sum, { length }) => sum + length, 0);
    return made.map(([one, bytes]) => {
      const held = bytes !== null && used + bytes.length <= SPARE;
      if (held) this.#spare.set(one.statement, bytes);
      used += held ? bytes.length : 0;
      return [{ ...one, held }, null];
    });
  }

  async #announced(some: readonly Waiting[]): Promise<void> {
    const told = new Set(some.map(({ statement }) => statement));
    this.#waiting = this.#waiting.map((one) => (told.has(one.statement) ? { ...one, announced: true } : one));
    // Of what found no room nothing more will come than that it was filmed.
    for (const one of this.#waiting.filter(({ announced, held }) => announced && !held)) await this.#done(one, false);
    await disk.change(this.#waiting.filter(({ statement }) => told.has(statement)));
  }

  async #done(one: Waiting, isTaken: boolean): Promise<void> {
    this.#waiting = this.#waiting.filter(({ statement }) => statement !== one.statement);
    this.#spare.delete(one.statement);
    const { current, taken, touch } = this.#standing;
    if (isTaken && one.recording === current?.recording) {
      const until = Math.max(taken[one.layer] ?? 0, one.wall + one.length);
      const counts = one.slice >= touch ? { ...taken, [one.layer]: until } : taken;
      this.#standing = { ...this.#standing, begun: true, taken: counts };
    }
    await disk.drop(one, this.#standing);
    if (this.#waiting.length === 0 && this.#capacity < Infinity) {
      this.#capacity = Infinity;
      await disk.reserve(RESERVE);
    }
    await this.#goOn();
    this.#report();
  }

  /** Say of a recording that it is over, once all of it was sent. */
  async #endOne(): Promise<void> {
    const { ended } = this.#standing;
    const over = Object.entries(ended).find(([name]) => this.#waiting.every(({ recording }) => recording !== name));
    if (!over) return;
    const { [over[0]]: _, ...rest } = ended;
    postMessage({ ...this.#about(), ended: { recording: over[0], segments: over[1] } });
    await this.#stand({ ...this.#standing, ended: rest });
  }

  async #stand(standing: disk.Standing): Promise<void> {
    this.#standing = standing;
    this.#report();
    await disk.keep(standing).catch(() => undefined); // Help does not wait for a disk.
  }

  #report(): void {
    postMessage(this.#about());
  }

  #about(): Report {
    const { current, next, on, slice, number, begun, touch, taken } = this.#standing;
    const has = (on || number > 0) && !begun ? current : (next ?? current);
    return {
      has: has?.recording ?? "",
      slice,
      on,
      safe: safe(touch, taken, this.#waiting),
      lacking: on && this.#lacking.size > 0,
    };
  }
}

/** A segment with its bytes, where those are kept. */
type Made = readonly [Waiting, Uint8Array<ArrayBuffer> | null];

const keeper = new Keeper();
self.onmessage = ({ data }: MessageEvent<Order>) => keeper.obey(data);
