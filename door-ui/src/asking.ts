/** May they come in? Who said what, with the words to show to those it is about, and asking whoever may consent. */

import { blanks, clashes, consentsNow, current, isYes, latest, type Now } from "./consents";
import { isCrew } from "./kinds";
import type { Standing } from "./link";
import { choice, group, make } from "./page";
import { sentence } from "./sentence";
import type { Place } from "./store";
import type { Word } from "./words";

const ASKED = {
  whom: ["ambulance", "fire_brigade", "police", "officials", "others"],
  zone: ["public", "work", "grounds", "shared"],
  purpose: ["rescue", "fire", "protect", "talk", "hand_over", "other"],
} as const;
type Asked = keyof typeof ASKED;

export interface Page {
  readonly place: () => Place;
  readonly standing: () => Standing;
  readonly language: () => string;
  readonly say: (word: Word, blanks?: Record<string, string>) => string;
  readonly ask: (more: Record<string, string>) => void;
  /** Draw this screen anew. */
  readonly again: () => void;
}

export class Asking {
  #chosen: Partial<Record<Asked, string>> = {};
  /** Whose words somebody wants to show, as long as nothing newer was decided. */
  #shown = { id: "", before: "" };

  constructor(private readonly page: Page) {}

  /** Another event begins, or another crew is to be asked about. */
  begin(chosen: Partial<Record<Asked, string>> = {}): void {
    this.#chosen = chosen;
    this.#shown = { id: "", before: "" };
  }

  draw(): Node[] {
    const { call, first } = this.page.place();
    const { connected } = this.page.standing();
    const { say } = this.page;
    const all = consentsNow(this.page.standing());
    const now = current(all);
    const newest = latest(all);
    const shown = now.find(({ id }) => id === this.#shown.id && this.#shown.before === newest?.id) ?? newest;
    const before = all.filter((one) => one.earlier && isYes(one));
    const over = all.filter((one) => !now.includes(one) && !before.includes(one));
    const chosen = Object.keys(ASKED).every((name) => this.#chosen[name as Asked]);
    const send = (): void => {
      if (!chosen) return;
      this.page.ask(this.#chosen as Record<Asked, string>);
      this.begin();
      this.page.again();
    };
    return [
      ...sentence(this.page.place(), this.page.language(), shown ? this.#words(shown, all) : (first ?? "open"), shown),
      make("ul", { id: "consents" }, ...now.map((one) => this.#line(one, all, one === shown, newest))),
      ...this.past(before),
      make("p", {}, say("consent_never")),
      ...(Object.keys(ASKED) as Asked[]).map((name) =>
        group(say(`ask_${name}`), ...ASKED[name].map((value) => this.#option(name, value))),
      ),
      ...(connected ? [] : [make("p", { className: "note" }, say(call ? "ask_offline" : "ask_offline_no_number", { call }))]),
      ...(chosen ? [] : [make("p", { id: "choose" }, say("ask_choose"))]),
      make("button", { id: "ask", disabled: !chosen, onclick: send }, say("ask")),
      ...(over.length > 0 ? [make("details", { id: "over" }, make("summary", {}, say("consent_over")), ...this.past(over))] : []),
    ];
  }

  /** Those that are over or of an earlier event, in full; of a yes that stands still, that it is for nobody here. */
  past(over: readonly Now[]): HTMLElement[] {
    const { say } = this.page;
    return over.map((one) => {
      const told = isYes(one) && one.earlier ? [make("p", {}, say("consent_earlier"))] : [];
      return make("div", { className: "past" }, make("p", {}, this.full(one)), ...told);
    });
  }

  /** All that is known of it in one line. */
  full(one: Now): string {
    const { say, language } = this.page;
    return say(`consent_${one.state}`, blanks(one, say, language()));
  }

  /** Which sentence is for those people now. */
  #words(one: Now, all: readonly Now[]): string {
    const crew = isCrew(one.whom);
    if (one.state === "stands" && !clashes(one, all)) return "admit_by_consent";
    if (one.state === "ended") return crew ? "ended_crew" : "ended";
    if (crew) return "consent_needed_now";
    return one.state === "refused" ? (this.page.place().first ?? "open") : "open";
  }

  #line(one: Now, all: readonly Now[], isShown: boolean, newest?: Now): HTMLElement {
    const { say } = this.page;
    const line = make("li", { className: one.state }, make("p", {}, this.full(one)));
    if (isYes(one) && clashes(one, all)) line.append(make("p", { className: "clash" }, say("consent_clash")));
    if (isShown) return line;
    const show = (): void => {
      this.#shown = { id: one.id, before: newest?.id ?? "" };
      this.page.again();
    };
    line.append(make("button", { onclick: show }, say("consent_show")));
    return line;
  }

  #option(name: Asked, value: string): HTMLButtonElement {
    return choice(this.page.say(`${name}_${value}` as Word), this.#chosen[name] === value, () => {
      this.#chosen = { ...this.#chosen, [name]: value };
      this.page.again();
    });
  }
}
