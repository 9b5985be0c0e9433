/**
 * For whoever has a hand free: what is at the door, what the law says of it, how many people are inside, what happened, and
 * asking whether somebody may come in. Everything is a button; there is nothing to type, so no name can be.
 */

import { Arrival } from "./arrival";
import { Asking } from "./asking";
import type { Standing } from "./link";
import { make } from "./page";
import type { Place } from "./store";
import { Telling } from "./telling";
import type { Word } from "./words";

export const SCREENS = ["what", "law", "count", "log", "consent", "visitors"] as const;
export type Screen = (typeof SCREENS)[number];

/** What these screens need of the page. press, tell, ask: said to the server, now or once it is there again. */
export interface Page {
  readonly place: () => Place;
  readonly standing: () => Standing;
  /** Whether anything happens that could be told about. */
  readonly isEvent: () => boolean;
  readonly language: () => string;
  readonly say: (word: Word, blanks?: Record<string, string>) => string;
  readonly press: (danger: string) => void;
  readonly tell: (key: string, value: string) => void;
  readonly ask: (more: Record<string, string>) => void;
  readonly go: (screen: Screen | "") => void;
}

/** Screens on which something is told about an event. */
const TOLD_OF: readonly Screen[] = ["count", "log"];

export class Help {
  readonly #arrival: Arrival;
  readonly #asking: Asking;
  readonly #telling: Telling;
  readonly #screens: Readonly<Record<Screen, () => Node[]>>;

  constructor(private readonly page: Page) {
    const askAbout = (whom: string, purpose: string): void => {
      this.#asking.begin({ whom, purpose });
      page.go("consent");
    };
    this.#asking = new Asking({ ...page, again: () => page.go("consent") });
    this.#telling = new Telling({ ...page, again: () => page.go("log") });
    this.#arrival = new Arrival({
      ...page,
      begin: () => void (page.isEvent() || this.forget()),
      full: (one) => this.#asking.full(one),
      askAbout,
    });
    this.#screens = {
      what: () => this.#arrival.what(),
      law: () => this.#arrival.law(),
      count: () => this.#telling.count(),
      log: () => this.#telling.log(),
      consent: () => this.#asking.draw(),
      visitors: () => [make("h1", { id: "sentence", lang: page.language(), tabIndex: -1 }, page.say("visitors_message"))],
    };
  }

  /** Another event begins. */
  forget(): void {
    this.#arrival.begin();
    this.#asking.begin();
    this.#telling.forget();
  }

  draw(screen: Screen): Node[] {
    return [...this.#screens[screen](), this.#elsewhere(screen)];
  }

  /** What is shown to whoever is there. */
  words(): HTMLElement[] {
    return this.#arrival.words();
  }

  /** What whoever stands there does meanwhile. */
  commands(): string[] {
    return this.#arrival.commands();
  }

  #elsewhere(here: Screen): HTMLElement {
    const { say, go } = this.page;
    const places = SCREENS.filter((name) => name !== here && name !== "law" && (this.page.isEvent() || !TOLD_OF.includes(name)));
    const buttons = places.map((name) => make("button", { onclick: () => go(name) }, say(`go_${name}` as Word)));
    const nav = make("nav", {}, ...buttons, make("button", { id: "words", onclick: () => go("") }, say("go_words")));
    nav.setAttribute("aria-label", say("go_elsewhere"));
    return nav;
  }
}
