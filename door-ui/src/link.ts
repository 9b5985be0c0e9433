/**
 * The line to the server. What is said is kept until the server has taken it, in the order in which it was said, and is
 * sent again as often as it needs: the server counts each statement once (src/inviolable/door/actions.py).
 */

import { asking, statement } from "./device";
import { forget, keep, keepUnheard, kept, taken, unheard, type Place, type Signed } from "./store";

/** An alarm at the post, as the server tells it. */
export interface Alarm {
  readonly id: string;
  readonly danger: string;
  readonly raised: string;
  readonly ended?: string;
  readonly seen?: { readonly role: string; readonly at: string };
}

/**
 * What a page shows of the line. heard: when the server last answered; taken: the number up to which it has taken what was
 * said; waiting: since when an alarm waits to be taken that the screen may tell of.
 */
export interface Standing {
  readonly place?: Place;
  readonly code?: string;
  readonly connected: boolean;
  readonly heard?: Date;
  readonly taken: number;
  readonly waiting?: Date | undefined;
  readonly refused: boolean;
  readonly cut: boolean;
  readonly alarms: readonly Alarm[];
}

/** Milliseconds: between two beats, while an alarm is open, until an attempt is given up, between two attempts. */
const BEAT = 30_000;
const WATCH = 2_000;
const PATIENCE = 10_000;
const AGAIN = [500, 1_000, 2_000, 5_000];

interface Answer {
  readonly status: number;
  readonly told: Record<string, unknown>;
}

/** POST, and what came; null where nothing did, or nothing of ours. */
async function post(address: string, body: Readonly<Record<string, unknown>>): Promise<Answer | null> {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    return { status: answer.status, told: (await answer.json()) as Record<string, unknown> };
  } catch {
    return null;
  }
}

/** Since when the oldest alarm waits that the screen may tell of. */
async function waiting(): Promise<Date | undefined> {
  return (await unheard()).find(({ quiet }) => !quiet)?.made;
}

export class Link {
  #standing: Standing = { connected: false, taken: 0, refused: false, cut: false, alarms: [] };
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #woken = false;

  /** pair: the tablet's key. show: told of every change. */
  constructor(
    private readonly pair: CryptoKeyPair,
    private readonly show: (standing: Standing) => void,
  ) {
    for (const event of ["online", "pageshow"]) addEventListener(event, () => this.wake());
    document.addEventListener("visibilitychange", () => this.wake());
  }

  /** Begin: with what is known of the post from before, then with the server. */
  async start(): Promise<void> {
    const place = await kept("place");
    this.#change({ ...(place && { place }), waiting: await waiting() });
    this.wake();
  }

  /** Somebody needs help. Kept on disk first, then sent until it is taken; its number. made: when it was pressed. */
  async press(danger: string, made: Date, quiet: boolean): Promise<number> {
    const signed = await statement(this.pair, "press", made, { alarm: crypto.randomUUID(), danger }, quiet);
    await keepUnheard(signed);
    this.#change({ waiting: await waiting(), refused: false });
    this.wake();
    return signed.number;
  }

  /** Speak to the server now. */
  wake(): void {
    clearTimeout(this.#timer);
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
    const open = this.#standing.alarms.some(({ ended }) => ended === undefined);
    return this.#standing.place && !open ? BEAT : WATCH;
  }

  /** What waits, in its order; where nothing does, that the tablet is there. Whether the server answered as it should. */
  async #speak(): Promise<boolean> {
    if (!this.#standing.place) return this.#enrol();
    const said = await unheard();
    if (said.length === 0) return this.#say(await statement(this.pair, "beat", new Date()));
    for (const signed of said) {
      if (!(await this.#say(signed))) return false;
    }
    return true;
  }

  async #say(signed: Signed): Promise<boolean> {
    const has = this.#standing.place?.digest ?? "";
    const answer = await post("/door/say", { statement: signed.statement, signature: signed.signature, has });
    if (answer?.status === 200) return this.#took(answer.told);
    if (answer?.status === 403) return this.#cutOff();
    if (answer?.status === 400 || answer?.status === 422) {
      // It will never be taken. Whoever stands there must know; what was said after it goes on.
      await taken(signed.number);
      this.#change({ refused: !signed.quiet, waiting: await waiting() });
      return true;
    }
    this.#change({ connected: false });
    return false;
  }

  async #took(told: Record<string, unknown>): Promise<boolean> {
    const number = told["taken"] as number;
    await taken(number);
    const place = told["place"] as Place | undefined;
    if (place) await keep("place", place);
    this.#change({
      ...(place && { place }),
      connected: true,
      heard: new Date(),
      taken: number,
      waiting: await waiting(),
      alarms: told["alarms"] as Alarm[],
    });
    return true;
  }

  /** A key that was cut off is worth nothing: nothing of what it knew stays. */
  async #cutOff(): Promise<boolean> {
    this.wake = () => undefined;
    await forget();
    this.#standing = { connected: true, taken: 0, refused: false, cut: true, alarms: [] };
    this.#change({});
    return true;
  }

  /** Ask whether somebody has typed the code in; where none is shown yet, or it has run out, for a code. */
  async #enrol(): Promise<boolean> {
    const beat = await statement(this.pair, "beat", new Date());
    const answer = await post("/door/say", { statement: beat.statement, signature: beat.signature, has: "" });
    if (answer?.status === 200) return this.#took(answer.told);
    if (answer?.status === 403) return this.#cutOff();
    const asked = answer?.status === 401 ? await post("/door/enrol", await asking(this.pair)) : null;
    this.#change({ connected: asked?.status === 201 });
    if (asked?.status !== 201) return false;
    this.#change({ code: asked.told["code"] as string });
    return true;
  }

  #change(part: Partial<Standing>): void {
    this.#standing = { ...this.#standing, ...part };
    this.show(this.#standing);
  }
}
