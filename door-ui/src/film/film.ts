/** The camera of this tablet: whether it films, what its screen says of that, and the line to what keeps it (keeper.ts). */

import { make } from "../page";
import { keep, kept } from "../store";
import type { Word } from "../words";
import { Camera } from "./camera";
import { forget } from "./disk";
import type { Order, Report, Told } from "./keeper";

type Say = (name: Word, blanks?: Record<string, string>) => string;

/** Milliseconds that a segment takes to headquarters, at most, while all is well. */
const BEHIND = 8_000;
const NOTHING: Report = { has: "", slice: 0, on: false, safe: null, lacking: false };

export class Film {
  report = NOTHING;
  #worker: Worker | undefined;
  #films = false;
  /** What is kept of before is known, so that the camera goes on with the next slice. */
  #runs = false;
  #sound = "off";
  #waits = true;
  /** What it sees; null where it does not work, undefined until it is known. */
  #picture: MediaStream | null | undefined;
  readonly #camera = new Camera(
    (filmed) => this.#order({ what: "filmed", filmed }, [filmed.bytes]),
    (picture) => {
      this.#picture = picture;
      this.changed();
    },
  );

  /**
   * changed: the screen is to be drawn anew. asks: the server is to say now what it needs to film. ended: a recording is over
   * and sent, with so many segments.
   */
  constructor(
    private readonly changed: () => void,
    private readonly asks: () => void,
    private readonly ended: (recording: string, segments: number) => void,
  ) {}

  /** Film as before, if it did. */
  async begin(): Promise<void> {
    if ((await kept("films").catch(() => false)) && !this.#films) this.#begin();
  }

  /** The recording that this tablet would begin next; undefined where it does not film. */
  get has(): string | undefined {
    return this.#films ? this.report.has : undefined;
  }

  /** Sound is recorded, too. */
  get hears(): boolean {
    return this.#films && ["announced", "on"].includes(this.#sound);
  }

  /** What the server says of filming. */
  told(told: Told): void {
    this.#order({ what: "told", told });
    if (told.sound === this.#sound) return;
    this.#sound = told.sound;
    if (this.#runs) void this.#camera.start(this.hears, this.report.slice);
  }

  /** What its screen depends on. */
  get state(): string {
    return `${this.#films} ${Boolean(this.#picture)}`;
  }

  /** Whether what is filmed is kept for headquarters; and whether it waits until what was pressed is heard there. */
  send(on: boolean, waits: boolean): void {
    if (on !== this.report.on || waits !== this.#waits) this.#order({ what: "on", on, waits });
    this.#waits = waits;
  }

  /** This tablet is no device of ours any more. */
  forget(): void {
    this.#stop();
    void forget().catch(() => undefined);
  }

  /** The screen on which somebody says that this tablet films, and sees what it sees. */
  draw(say: Say, done: () => void): Node[] {
    const picture = make("video", { id: "picture", muted: true, playsInline: true, autoplay: true, srcObject: this.#picture ?? null });
    picture.setAttribute("aria-label", say("film_picture"));
    const turn = (): void => {
      if (this.#films) this.#stop();
      else this.#begin();
      void keep("films", this.#films).catch(() => undefined);
      this.changed();
    };
    return [
      make("h1", { tabIndex: -1 }, say("film")),
      make("p", {}, say("film_how")),
      ...(this.#films && this.#picture ? [picture] : []),
      make("div", { className: "actions" },
        make("button", { id: "film-turn", onclick: turn }, say(this.#films ? "film_stop" : "film_start")),
        make("button", { id: "film-done", onclick: done }, say("back")),
      ),
    ];
  }

  /** How it stands, in words. isSecret: an alarm that nothing on the screen may tell of; clock: the hour of a moment. */
  line(say: Say, clock: (at: Date) => string, isSecret: boolean): string {
    if (!this.#films || this.#picture === undefined) return "";
    if (this.#picture === null) return say("film_broken");
    const { on, safe, lacking } = this.report;
    if (!on || isSecret) return say("film_ready");
    const layer = safe && safe.layer !== "full" ? ` ${say(`film_${safe.layer}`)}` : "";
    const said = safe ? say("film_safe", { time: clock(new Date(safe.until)) }) + layer : say("film_not_sent");
    const isBehind = safe !== null && Date.now() - safe.until > BEHIND;
    const more = [...(isBehind ? [say("film_behind")] : []), ...(lacking ? [say("film_lacking")] : [])];
    return [more.length > 0 ? `${said}.` : said, ...more].join(" ");
  }

  #begin(): void {
    this.#films = true;
    this.#worker = new Worker("/static/door/film.js", { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Report>) => {
      this.report = data;
      if (!this.#runs) {
        void this.#camera.start(this.hears, data.slice);
        this.asks();
      }
      this.#runs = true;
      if (data.ended) this.ended(data.ended.recording, data.ended.segments);
      this.changed();
    };
  }

  #stop(): void {
    this.#films = this.#runs = false;
    this.#waits = true;
    this.#picture = undefined;
    this.#camera.stop();
    this.#worker?.terminate();
    this.#worker = undefined;
    this.report = NOTHING;
  }

  #order(order: Order, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(order, transfer);
  }
}
