/** Sends what waits, in the order of what matters, until headquarters has given its receipt for it. */

import { before, isBehind, type Waiting } from "./order";

/** Requests at a time: as many as a line with a long way needs; but of large pictures one, so that the rest gets through. */
const LANES = 3;
const HEADS = 50;
/** Milliseconds: for a request at least, for each byte of it on the thinnest line (1 kB a second), between two attempts. */
const PATIENCE = 20_000;
const A_BYTE = 1;
const AGAIN = [500, 1_000, 2_000, 5_000];
/** Milliseconds for which one that was not taken lets others go first, and until it is looked whether that is over. */
const HELD_BACK = 3_000;
const LOOK = 1_000;

/** Where what waits is kept. done: headquarters has it, or never takes it. */
export interface Source {
  readonly waiting: () => readonly Waiting[];
  readonly touch: () => number;
  readonly logs: () => readonly string[];
  readonly bytes: (one: Waiting) => Promise<Uint8Array<ArrayBuffer> | undefined>;
  readonly announced: (some: readonly Waiting[]) => Promise<void>;
  readonly done: (one: Waiting, isTaken: boolean) => Promise<void>;
}

export class Sender {
  readonly #under = new Set<Waiting["statement"]>();
  /** Until when a segment that was not taken lets others go first. */
  readonly #later = new Map<Waiting["statement"], number>();
  #failures = 0;
  #announcing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly source: Source) {
    addEventListener("online", () => this.wake());
  }

  /** Send what can be sent now. */
  wake(): void {
    clearTimeout(this.#timer);
    void this.#announce();
    for (let next = this.#next(); next; next = this.#next()) void this.#send(next);
    if (this.#under.size === 0 && this.source.waiting().length > 0) this.#timer = setTimeout(() => this.wake(), LOOK);
  }

  #next(): Waiting | undefined {
    if (this.#under.size >= (this.#failures > 0 ? 1 : LANES)) return undefined;
    const waiting = this.source.waiting();
    const isLarge = waiting.some(({ layer, statement }) => layer === "full" && this.#under.has(statement));
    const now = Date.now();
    const free = waiting.filter(
      ({ held, layer, statement }) =>
        held && !this.#under.has(statement) && !(isLarge && layer === "full") && (this.#later.get(statement) ?? 0) <= now,
    );
    return free.sort(before(this.source.touch()))[0];
  }

  /** What will come, where more waits than a slice; and what was filmed but found no room. */
  async #announce(): Promise<void> {
    const waiting = this.source.waiting();
    const isDue = isBehind(waiting) || waiting.some(({ held }) => !held);
    const first = isDue ? waiting.find(({ announced }) => !announced) : undefined;
    if (!first || this.#announcing) return;
    this.#announcing = true;
    const some = waiting.filter((one) => !one.announced && one.recording === first.recording).slice(0, HEADS);
    const heads = some.map(({ statement, signature }) => ({ statement, signature }));
    const beacons = [...new Set(some.map(({ beacon }) => beacon))];
    const answer = await post("/door/heads", JSON.stringify({ beacons, heads }));
    this.#announcing = false;
    const isDone = isFinal(answer); // What it refuses it refuses for good; the bytes may still be taken.
    if (isDone) await this.source.announced(some);
    this.#settle(isDone);
  }

  async #send(one: Waiting): Promise<void> {
    this.#under.add(one.statement);
    const done = await this.#sent(one).catch(() => undefined);
    this.#under.delete(one.statement);
    if (done) this.#later.delete(one.statement);
    else this.#later.set(one.statement, Date.now() + HELD_BACK);
    this.#settle(done !== undefined);
  }

  /** undefined: to be sent again. */
  async #sent(one: Waiting): Promise<true | undefined> {
    const bytes = await this.source.bytes(one);
    if (!bytes) {
      await this.source.done(one, false);
      return true;
    }
    const { beacon, signature, statement } = one;
    const answer = await post("/door/segment", new Blob([JSON.stringify({ beacon, signature, statement }), "\n", bytes]));
    if (answer?.status === 200 && (await isReceipt(answer.told, one, this.source.logs()))) {
      await this.source.done(one, true);
      return true;
    }
    if (answer?.status === 200 || !isFinal(answer)) return undefined;
    await this.source.done(one, false);
    return true;
  }

  #settle(isWell: boolean): void {
    this.#failures = isWell ? 0 : this.#failures + 1;
    if (isWell) return this.wake();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), AGAIN[Math.min(this.#failures, AGAIN.length) - 1]);
  }
}

/** Whether headquarters has said what becomes of it; whatever else answers on the way does not count. */
function isFinal(answer: Answer | null): boolean {
  const { fault, quarantined, detail, taken } = answer?.told ?? {};
  const isOurs = [fault, quarantined, detail, taken].some((one) => one !== undefined);
  return isOurs && [200, 202, 400, 410, 413, 422].includes(answer!.status);
}

interface Answer {
  readonly status: number;
  readonly told: Record<string, string>;
}

async function post(address: string, body: string | Blob): Promise<Answer | null> {
  const size = typeof body === "string" ? body.length : body.size;
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body,
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE + size * A_BYTE),
    });
    return { status: answer.status, told: (await answer.json()) as Record<string, string> };
  } catch {
    return null;
  }
}

/** Whether a key of headquarters has signed that it has recorded these very bytes. */
async function isReceipt(told: Record<string, string>, one: Waiting, logs: readonly string[]): Promise<boolean> {
  const said = JSON.parse(told["line"]!) as { kind: string; body: { statement: string } };
  const line = new TextEncoder().encode(told["line"]);
  const isBy = async (log: string): Promise<boolean> => {
    const key = await crypto.subtle.importKey("raw", unhex(log), "Ed25519", false, ["verify"]);
    return crypto.subtle.verify("Ed25519", key, unhex(told["signature"]!), line);
  };
  const isSigned = (await Promise.all(logs.map(isBy))).includes(true);
  return isSigned && said.kind === "segment.received" && said.body.statement === one.statement;
}

function unhex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16)) as Uint8Array<ArrayBuffer>;
}
