/**
 * Watching a recording at headquarters: an identity is read from a file, what arrived is opened here and played in order,
 * and followed as it comes. Nothing that was opened leaves this page, and nothing of it is kept.
 */

import { Player } from "./player";
import { pieces, type Piece, type Segment } from "./slices";
import { fetched, Refused, Vault } from "./vault";

/** Milliseconds between two questions whether more has come. */
const PULSE = 1000;
/** Longer than this a delay says nothing. */
const HOUR = 3_600_000;

interface List {
  readonly now: string;
  readonly after: number;
  readonly more: "yes" | "no";
  readonly ended: "yes" | "no";
  readonly segments: readonly Segment[];
  readonly announced: readonly Segment[];
}

const words = JSON.parse(document.querySelector("#words")!.textContent!) as Readonly<Record<string, string>>;
const find = <Kind extends Element>(selector: string): Kind => document.querySelector<Kind>(`#watch ${selector}`)!;
const [form, player, said, card, where] = [find<HTMLFormElement>("form"), find<HTMLElement>(".watch"), find(".watch-said"), find(".card"), find(".where")];
const at = find<HTMLInputElement>("#at");
const [first, second] = document.querySelectorAll("video");

const clock = (moment: number): string => `${new Date(moment).toISOString().slice(11, 19)} UTC`;
const seconds = (milliseconds: number): string => String(Math.max(0, Math.round(milliseconds / 1000)));

/** Words with their blanks filled in. */
function word(name: string, blanks: Readonly<Record<string, string>> = {}): string {
  return words[name]!.replace(/\{(\w+)\}/g, (_, blank: string) => blanks[blank] ?? "");
}

function say(text: string): void {
  if (said.textContent !== text) said.textContent = text;
}

function told(piece: Piece): string {
  if (piece.layers.length) return word(piece.layers[0]!.layer);
  if (piece.length === null) return word("again");
  return word(piece.pending ? "pending" : "gap", { seconds: seconds(piece.length) });
}

class Watching {
  private readonly known = new Map<number, Segment>();
  private after = -1;
  private ended = false;
  /** The server's clock less this one's, in milliseconds. */
  private ahead = 0;
  private over = false;
  private playing: Segment | undefined;
  private readonly player: Player;

  constructor(vault: Vault) {
    this.player = new Player(
      { videos: [first!, second!], audio: find<HTMLAudioElement>("audio"), show: (...what) => this.show(...what), refuse: (why) => this.refuse(why) },
      async (one) => new Blob([await vault.segment(`${one.number}.age`)], { type: one.media.split(";")[0] ?? "" }),
    );
  }

  async begin(): Promise<void> {
    await this.look();
    form.hidden = true;
    player.hidden = false;
    say(word(this.player.pieces.length ? "opening" : "nothing"));
    this.connect();
    // What is over is seen from its beginning; whoever comes while it is filmed wants to see what happens now.
    if (this.ended) this.player.seek(0);
    else this.player.newest();
    find<HTMLButtonElement>("[data-does=play]").focus();
    void this.follow();
  }

  close(): void {
    this.over = true;
    this.player.close();
  }

  private refuse(why: Refused): void {
    this.close();
    player.hidden = true;
    say(word(why.why));
  }

  private connect(): void {
    const buttons: Record<string, () => void> = {
      play: () => this.pause(!this.player.paused),
      beginning: () => this.player.seek(0),
      newest: () => this.player.newest(),
    };
    for (const [name, act] of Object.entries(buttons)) find<HTMLButtonElement>(`[data-does=${name}]`).onclick = act;
    at.onchange = () => this.player.seek(Number(at.value));
    at.oninput = () => this.name(Number(at.value));
  }

  private pause(paused: boolean): void {
    find("[data-does=play]").textContent = word(paused ? "play" : "pause");
    this.player.pause(paused);
  }

  /** Ask what is new, until the page is left. */
  private async follow(): Promise<void> {
    while (!this.over) {
      await new Promise((done) => setTimeout(done, PULSE));
      try {
        if (!this.ended || this.player.pieces.at(-1)?.pending) await this.look();
        this.tell();
      } catch (fault) {
        if (!(fault instanceof Refused)) throw fault;
        if (fault.why === "closed") this.refuse(fault);
        else say(word(fault.why));
      }
    }
  }

  private async look(): Promise<void> {
    for (let more = true; more; ) {
      const list = (await (await fetched(`list.json?after=${this.after}`)).json()) as List;
      this.ahead = Date.parse(list.now) - Date.now();
      this.after = list.after;
      this.ended ||= list.ended === "yes";
      for (const one of list.announced) if (!this.known.has(one.number)) this.known.set(one.number, one);
      for (const one of list.segments) this.known.set(one.number, one);
      more = list.more === "yes";
      if (!more && (list.segments.length || list.announced.length)) this.update();
    }
  }

  private update(): void {
    const made = pieces(this.known.values());
    this.player.update(made);
    at.max = String(Math.max(0, made.length - 1));
    at.value = String(this.player.at);
    this.name(this.player.at);
    strip(made);
    if (this.player.piece?.pending) this.show(this.player.piece);
  }

  /** What the slider stands at, for whoever hears it. */
  private name(place: number): void {
    const piece = this.player.pieces[place];
    if (piece) at.setAttribute("aria-valuetext", word("here", { moment: clock(piece.wall), what: told(piece) }));
  }

  private show(piece?: Piece, segment?: Segment): void {
    this.playing = segment;
    player.dataset.playing = segment ? segment.layer : piece ? "gap" : "end";
    if (!piece) return say(word(this.ended ? "end" : "waiting"));
    at.value = String(this.player.at);
    this.name(this.player.at);
    const text = segment ? (segment.layer === "sound" ? word("sound") : "") : this.why(piece);
    card.textContent = text;
    card.classList.toggle("front", Boolean(text));
    say(text);
    this.tell();
  }

  private why(piece: Piece): string {
    return piece.layers.length ? word("fails", { moment: clock(piece.wall) }) : told(piece);
  }

  /** When what is seen was filmed and received; while it is filmed how long ago that was. */
  private tell(): void {
    const segment = this.playing;
    if (!segment) return void (where.textContent = "");
    const now = Date.now() + this.ahead;
    const filmed = Date.parse(segment.wall) + this.player.video.currentTime * 1000;
    const received = Date.parse(segment.received!);
    const live = !this.ended && now - received < HOUR;
    where.textContent = live
      ? word("delay", { filmed: `${seconds(now - filmed)} s`, received: `${seconds(now - received)} s` })
      : word("filmed", { moment: clock(filmed), received: clock(received) });
  }
}

/** Under the slider: of which layer each piece is, and where gaps are. */
function strip(made: readonly Piece[]): void {
  const drawn: Record<string, string> = { full: "", low: "", sound: "", gap: "" };
  made.forEach((piece, place) => (drawn[piece.layers[0]?.layer ?? "gap"] += `M${place} 0h1v8h-1z`));
  find("svg").setAttribute("viewBox", `0 0 ${Math.max(1, made.length)} 8`);
  for (const [name, path] of Object.entries(drawn)) find(`svg .${name}`).setAttribute("d", path);
}

let watching: Watching | undefined;

form.onsubmit = async (event) => {
  event.preventDefault();
  const chosen = find<HTMLInputElement>("#identity");
  const file = chosen.files?.[0];
  if (!file) return say(word("no_identity"));
  say(word("opening"));
  try {
    const vault = await Vault.open(file, "");
    chosen.value = "";
    watching = new Watching(vault);
    await watching.begin();
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    say(word(fault.why));
  }
};

// A page that a browser keeps for its back button would keep what it opened.
addEventListener("pagehide", () => {
  watching?.close();
  watching = undefined;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
