/** Plays pieces one after another: two videos over each other, of which one plays while the other has the next ready. */

import type { Piece, Segment } from "./slices";
import { Refused } from "./vault";

/** Milliseconds for which a gap, or what cannot be played, is shown. How long a gap is, is told; nobody has to wait for it. */
const SHOWN = 3000;
/** Milliseconds that a piece may last longer than its device said. */
const LATE = 1500;
/** Milliseconds until the server is asked again. */
const AGAIN = 1000;

/** A piece with its opened bytes; url is "" where nothing of it can be played. sound: what was said, beside a picture without. */
interface Ready {
  readonly url: string;
  readonly sound?: string;
  readonly segment?: Segment;
}

export interface Screen {
  readonly videos: readonly [HTMLVideoElement, HTMLVideoElement];
  readonly audio: HTMLAudioElement;
  /** Shows what now plays. piece is undefined at the end of what there is, segment for a gap and for what cannot be played. */
  show(piece?: Piece, segment?: Segment): void;
  /** Tells of a refusal that ends everything. */
  refuse(why: Refused): void;
}

export class Player {
  pieces: readonly Piece[] = [];
  at = -1;
  paused = false;
  /** At the end of what there is: whatever comes next is played at once. */
  private waits = false;
  /** Wants to see what is filmed now: catches up where it fell behind. */
  private follows = false;
  private shown: Segment | undefined;
  private front = 0;
  private turn = 0;
  private timer = 0;
  private readonly ready = new Map<string, Promise<Ready>>();
  private readonly broken = new Set<number>();

  constructor(
    private readonly screen: Screen,
    private readonly open: (segment: Segment) => Promise<Blob>,
  ) {
    for (const video of screen.videos) {
      const plays = (): boolean => this.shown !== undefined && video === this.video;
      video.onended = () => plays() && this.next();
      video.onerror = () => plays() && this.breaks();
    }
    requestAnimationFrame(this.cut);
  }

  get video(): HTMLVideoElement {
    return this.screen.videos[this.front]!;
  }

  get piece(): Piece | undefined {
    return this.pieces[this.at];
  }

  /** More is known. What plays goes on; whoever waited for more gets it. */
  update(pieces: readonly Piece[]): void {
    const { piece } = this;
    this.pieces = pieces;
    if (piece) {
      this.at = pieces.findIndex((one) => one.key === piece.key);
      // The gap after a slice was filled: what is there now comes next.
      if (this.at < 0) this.at = pieces.findIndex((one) => `after ${one.key}` === piece.key);
    }
    const came = piece?.pending && !this.piece?.pending;
    if ((this.waits || came) && this.pieces[this.at + 1]) void this.go(this.at + 1);
    else if (this.shown) void this.prepare();
  }

  /** Play from a piece on. */
  seek(at: number): void {
    this.follows = false;
    void this.go(at);
  }

  /** Play the newest that arrived, and follow. */
  newest(): void {
    this.follows = true;
    let at = this.pieces.length - 1;
    while (at > 0 && !this.pieces[at]!.layers.length) at--;
    void this.go(at);
  }

  /** Stop, or go on. */
  pause(paused: boolean): void {
    this.paused = paused;
    clearTimeout(this.timer);
    if (paused) this.still();
    else if (this.shown && !this.video.ended) void this.run();
    else if (!this.waits) this.next();
  }

  /** Forget everything that was opened. */
  close(): void {
    this.turn = -1;
    clearTimeout(this.timer);
    this.shown = undefined;
    this.pieces = [];
    this.forget();
    for (const media of [...this.screen.videos, this.screen.audio]) media.removeAttribute("src");
  }

  private get idle(): HTMLVideoElement {
    return this.screen.videos[1 - this.front]!;
  }

  private async go(at: number): Promise<void> {
    if (this.turn < 0) return;
    const turn = ++this.turn;
    clearTimeout(this.timer);
    this.still();
    this.shown = undefined;
    this.at = Math.min(Math.max(0, at), this.pieces.length - 1);
    const { piece } = this;
    this.waits = piece === undefined || piece.pending;
    if (!piece) return;
    const { url, sound, segment } = await this.load(piece);
    if (turn !== this.turn) return;
    if (segment) {
      this.bring(url, sound);
      this.shown = segment;
      // What was made ready beforehand may have been found broken by then.
      if (this.video.error) return this.breaks();
      this.screen.show(piece, segment);
      if (!this.paused) void this.run();
    } else {
      this.screen.show(piece);
      if (!this.paused && !this.waits) this.timer = setTimeout(() => this.next(), SHOWN);
    }
    this.forget();
    await this.prepare();
  }

  /** Go on where the next slice begins, and not where this one ends; and behind what lasts longer than it may. */
  private readonly cut = (): void => {
    if (this.turn < 0) return;
    const { piece, shown, video } = this;
    if (piece && shown && !video.paused && video.currentTime * 1000 > Math.min(piece.until, shown.length + LATE)) this.next();
    requestAnimationFrame(this.cut);
  };

  private next(): void {
    if (this.pieces[this.at + 1]) return void this.go(this.at + 1);
    this.waits = this.follows = true;
    this.shown = undefined;
    this.screen.show();
  }

  private async run(): Promise<void> {
    // Each piece takes a moment to begin, so what is live would fall behind.
    this.video.playbackRate = this.follows && this.pieces.length - this.at > 3 ? 1.25 : 1;
    const { audio } = this.screen;
    try {
      if (audio.src) {
        [audio.currentTime, audio.playbackRate] = [this.video.currentTime, this.video.playbackRate];
        void audio.play().catch(() => undefined);
      }
      await this.video.play();
    } catch {
      // It was paused or replaced meanwhile; or it is broken, and `onerror` says so.
    }
  }

  private still(): void {
    this.video.pause();
    this.screen.audio.pause();
  }

  /** The video that has this comes to the front. */
  private bring(url: string, sound?: string): void {
    if (sound) this.screen.audio.src = sound;
    else this.screen.audio.removeAttribute("src");
    if (this.idle.src === url) this.front = 1 - this.front;
    else if (this.video.src !== url) this.video.src = url;
    else this.video.currentTime = 0;
    for (const video of this.screen.videos) video.classList.toggle("front", video === this.video);
  }

  /** Have the next piece opened before its turn. */
  private async prepare(): Promise<void> {
    const [turn, following] = [this.turn, this.pieces[this.at + 1]];
    const next = following && (await this.load(following));
    if (next?.url && turn === this.turn && this.idle.src !== next.url) this.idle.src = next.url;
  }

  /** What is in front does not play: another layer of the slice may. */
  private breaks(): void {
    this.broken.add(this.shown!.number);
    this.ready.delete(this.piece!.key);
    void this.go(this.at);
  }

  private load(piece: Piece): Promise<Ready> {
    const there = this.ready.get(piece.key) ?? this.best(piece);
    this.ready.set(piece.key, there);
    return there;
  }

  /** The best layer that can be opened and was not found broken. */
  private async best(piece: Piece): Promise<Ready> {
    for (const segment of piece.layers.filter((one) => !this.broken.has(one.number))) {
      const opened = await this.opened(segment);
      if (!opened) continue;
      const beside = segment.layer === "low" && piece.layers.find((one) => one.layer === "sound");
      const sound = beside && (await this.opened(beside));
      const url = URL.createObjectURL(opened);
      return sound ? { url, segment, sound: URL.createObjectURL(sound) } : { url, segment };
    }
    return { url: "" };
  }

  /** The bytes of a segment in plain, nothing where no key of ours opens it; asked for until the server answers. */
  private async opened(segment: Segment): Promise<Blob | undefined> {
    while (this.turn >= 0) {
      try {
        return await this.open(segment);
      } catch (fault) {
        if (!(fault instanceof Refused)) throw fault;
        if (fault.why === "closed") this.screen.refuse(fault);
        if (fault.why !== "offline") return undefined;
        await new Promise((done) => setTimeout(done, AGAIN));
      }
    }
    return undefined;
  }

  /** Let go of what was opened, but for what plays and what comes next. */
  private forget(): void {
    const kept = new Set([this.at, this.at + 1].map((at) => this.pieces[at]?.key));
    for (const [key, made] of this.ready) {
      if (kept.has(key)) continue;
      this.ready.delete(key);
      void made.then(({ url, sound }) => [url, sound ?? ""].forEach((one) => URL.revokeObjectURL(one)));
    }
  }
}
