/**
 * The line to the server. What is said is kept until the server has taken it, in the order in which it was said, and is
 * sent again as often as it needs: the server does each thing once (src/inviolable/door/actions.py).
 */

import { asking, beat, heardUpTo, toBeHeard } from "./device";
import type { Told } from "./film/keeper";
import { drop, forget, keep, unheard, type Place, type Said, type Signed } from "./store";

/** An alarm at the post, as the server tells it. */
export interface Alarm {
  readonly id: string;
  readonly danger: string;
  readonly raised: string;
  readonly ended?: string;
  readonly seen?: { readonly role: string; readonly at: string };
}

/**
 * Whether somebody may come in: asked, refused, stands until a moment, or ended (src/inviolable/door/consent.py). earlier: it
 * belongs to an event that is over. given, refused, withdrawn: when, by the server's clock.
 */
export interface Consent {
  readonly id: string;
  readonly state: "asked" | "refused" | "stands" | "ended";
  readonly zone: string;
  readonly whom: string;
  readonly purpose: string;
  readonly asked: string;
  readonly role?: string;
  readonly until?: string;
  readonly given?: string;
  readonly refused?: string;
  readonly withdrawn?: string;
  readonly earlier?: "yes";
}

/**
 * What a page shows of the line. code: to be typed in by whoever is in charge; heard: when the server last answered;
 * waiting: what it has not taken, refused: what it never will; alarms and consents: those at the post.
 */
export interface Standing {
  readonly place?: Place;
  readonly code?: string;
  readonly connected: boolean;
  readonly heard?: Date;
  readonly waiting: readonly Said[];
  readonly refused: readonly string[];
  readonly cut: boolean;
  readonly alarms: readonly Alarm[];
  readonly consents: readonly Consent[];
  /** Milliseconds by which the server's clock is ahead of this tablet's. */
  readonly ahead: number;
  /** Whether the last answer said how things stand: a server in trouble hears a tablet and cannot tell. */
  readonly known: boolean;
}

export const NOTHING: Standing = {
  connected: false,
  waiting: [],
  refused: [],
  cut: false,
  alarms: [],
  consents: [],
  ahead: 0,
  known: false,
};

/** Milliseconds: between two beats, while something is watched, until an attempt is given up, between two attempts. */
const BEAT = 30_000;
const WATCH = 2_000;
const PATIENCE = 20_000; // The server itself waits up to ten for its database before it helps without it.
const AGAIN = [500, 1_000, 2_000, 5_000];

interface Answer {
  readonly status: number;
  readonly told: Record<string, unknown>;
}

export class Link {
  #standing = NOTHING;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #woken = false;
  /** What is on its way and may be given up for a press. */
  #lesser: AbortController | undefined;

  /** pair: the tablet's key. show: told of every change. film: which recording it would begin next, told what it needs. */
  constructor(
    private readonly pair: CryptoKeyPair,
    private readonly show: (standing: Standing) => void,
    private readonly film: { readonly has: string | undefined; told(told: Told): void },
  ) {
    for (const event of ["online", "pageshow"]) addEventListener(event, () => this.wake());
    document.addEventListener("visibilitychange", () => this.wake());
  }

  /** Begin: with what is known of the post from before, then with the server. */
  async start(place: Place | undefined): Promise<void> {
    this.#change({ ...(place && { place }), waiting: await unheard() });
    this.wake();
  }

  /** Kept first, then sent until it is taken; false from a tablet that is not enrolled. */
  async say(said: Said): Promise<boolean> {
    if (!this.#standing.place || this.#standing.cut) return false;
    await toBeHeard(this.pair, said);
    this.#change({ waiting: await unheard() });
    if (said.say === "press") this.#lesser?.abort(); // Nothing that hangs holds it up.
    this.wake();
    return true;
  }

  /** Speak to the server now. */
  wake(): void {
    clearTimeout(this.#timer);
    if (this.#standing.cut) return;
    if (this.#busy) {
      this.#woken = true;
      return;
    }
    this.#busy = true;
    void this.#speak()
      .catch(() => false)
      .then((well) => {
        this.#busy = false;
        this.#failures = well ? 0 : this.#failures + 1;
        const pause = well ? this.#pause() : AGAIN[Math.min(this.#failures, AGAIN.length) - 1];
        this.#timer = setTimeout(() => this.wake(), this.#woken ? 0 : pause);
        this.#woken = false;
      });
  }

  #pause(): number {
    const { alarms, consents, place, waiting } = this.#standing;
    const open = alarms.some(({ ended }) => ended === undefined) || consents.some(({ state }) => state !== "ended");
    const watched = !place || waiting.length > 0 || open;
    return watched ? WATCH : BEAT;
  }

  /** What waits, in its order; where nothing does, that the tablet is there. Whether the server answered as it should. */
  async #speak(): Promise<boolean> {
    // Whoever needs help comes first; what was told before is then said anew.
    const isPress = ({ say }: Signed): number => (say === "press" ? 0 : 1);
    const waiting = this.#standing.place ? (await unheard()).sort((one, other) => isPress(one) - isPress(other)) : [];
    if (waiting.length === 0) return this.#beat();
    let well = true;
    for (const signed of waiting) {
      const sent = await this.#send(signed);
      if (sent === "nothing came") return false;
      well &&= sent;
    }
    return well;
  }

  async #send(signed: Signed): Promise<boolean | "nothing came"> {
    const { signal } = (this.#lesser = new AbortController());
    const answer = await this.#say(signed, signed.say === "press" ? undefined : signal);
    if (answer?.status === 200) {
      await drop(signed.number);
      return this.#took(answer.told);
    }
    if (answer?.status === 409 && answer.told["again"]) {
      // It came after something newer, so it was not done: the same alarm, with the next number.
      heardUpTo(answer.told["taken"] as number);
      await toBeHeard(this.pair, signed);
      await drop(signed.number);
      return false;
    }
    if (answer?.status === 400 && answer.told["fault"]) {
      // It will never be taken. Whoever stands there must know; what was said after it goes on.
      await drop(signed.number);
      const refused = signed.quiet ? this.#standing.refused : [...this.#standing.refused, signed.id];
      this.#change({ refused, waiting: await unheard() });
      return true;
    }
    const known = await this.#otherwise(answer);
    return answer ? known : "nothing came";
  }

  async #beat(): Promise<boolean> {
    const { signal } = (this.#lesser = new AbortController());
    const answer = await this.#say(await beat(this.pair), signal);
    if (!answer && signal.aborted) return true; // Somebody presses: that says nothing of the line.
    return answer?.status === 200 ? this.#took(answer.told) : this.#otherwise(answer);
  }

  async #say(said: { statement: string; signature: string }, signal?: AbortSignal): Promise<Answer | null> {
    const has = this.#standing.place?.digest ?? "";
    const { statement, signature } = said;
    const film = this.film.has;
    return post("/door/say", { statement, signature, has, ...(film !== undefined && { film }) }, signal);
  }

  async #took(told: Record<string, unknown>): Promise<boolean> {
    heardUpTo(told["taken"] as number);
    const place = told["place"] as Place | undefined;
    if (told["film"]) this.film.told(told["film"] as Told);
    const { code: _, ...before } = this.#standing;
    this.#standing = before;
    this.#change({
      ...(place && { place }),
      connected: true,
      heard: new Date(),
      waiting: await unheard(),
      ...howThingsStand(told),
    });
    if (place) await keep("place", place).catch(() => undefined);
    return true;
  }

  /** The server took nothing: it is not there, this tablet is cut off, or not known (any more). */
  async #otherwise(answer: Answer | null): Promise<boolean> {
    if (answer?.status === 403 && answer.told["cut"]) return this.#cutOff();
    const asked = answer?.status === 401 ? await post("/door/enrol", await asking(this.pair)) : null;
    const code = asked?.status === 201 ? (asked.told["code"] as string) : undefined;
    this.#change({ connected: code !== undefined && !this.#standing.place, ...(code && { code }) });
    return code !== undefined;
  }

  /** A key that was cut off is worth nothing: nothing of what it knew stays. */
  async #cutOff(): Promise<boolean> {
    this.#standing = { ...NOTHING, connected: true, cut: true };
    this.#change({});
    await forget().catch(() => undefined);
    return true;
  }

  #change(part: Partial<Standing>): void {
    this.#standing = { ...this.#standing, ...part };
    this.show(this.#standing);
  }
}

/** What is told of the post; where that cannot be told, what was known of it stays. */
function howThingsStand(told: Record<string, unknown>): Partial<Standing> {
  if (!told["now"]) return { known: false };
  return {
    known: true,
    alarms: told["alarms"] as Alarm[],
    consents: told["consents"] as Consent[],
    ahead: Date.parse(told["now"] as string) - Date.now(),
  };
}

/** POST, and what came; null where nothing did, or nothing of ours. */
async function post(
  address: string,
  body: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<Answer | null> {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    const told = (await answer.json()) as Record<string, unknown>;
    const ours = answer.status !== 200 || typeof told["taken"] === "number";
    return ours ? { status: answer.status, told } : null;
  } catch {
    return null;
  }
}
