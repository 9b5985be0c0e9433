/** How many people, and what happened: told by buttons alone. */

import { choice, group, make } from "./page";
import type { Word } from "./words";

const COUNTS = ["inside_adults", "inside_children", "inside_children_alone", "inside_unwell"] as const;
/** What can have happened, by the fact or key that tells it (src/inviolable/door/terms.py). */
const HAPPENED: Readonly<Record<string, readonly string[]>> = {
  entered: ["no", "partly", "yes"],
  shown: ["nothing", "badge", "paper", "weapon"],
  words: ["open", "come_in", "looking_for", "warrant", "threat", "none"],
};
/** Of these several can be true; the values that say that none is. */
const SEVERAL: Readonly<Record<string, string>> = { shown: "nothing", words: "none" };
const TO_STAFF = ["staff_threatened", "staff_hurt", "handed_over"] as const;
const LOGGED = ["crew_came", "crew_left", "taken_outside", "taken_inside"] as const;
/** Milliseconds after the last touch until a count is told. */
const STILL = 1_500;

export interface Page {
  readonly say: (word: Word) => string;
  readonly tell: (key: string, value: string) => void;
  /** Draw what happened anew. */
  readonly again: () => void;
}

export class Telling {
  #told = new Map<string, readonly string[]>();
  #later = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly page: Page) {}

  /** Another event begins. */
  forget(): void {
    this.#told.clear();
    for (const timer of this.#later.values()) clearTimeout(timer);
    this.#later.clear();
  }

  count(): Node[] {
    const { say } = this.page;
    return [
      make("h1", { tabIndex: -1 }, say("count")),
      make("p", {}, say("count_no_names")),
      make("div", { className: "counts" }, ...COUNTS.map((key) => this.#counter(key))),
    ];
  }

  log(): Node[] {
    const { say } = this.page;
    const groups = Object.entries(HAPPENED).map(([key, values]) => {
      const marks = values.map((value) => this.#mark(key, value, `log_${key}_${value}` as Word));
      return group(say(`log_${key}` as Word), ...(key in SEVERAL ? [make("p", {}, say("log_several"))] : []), ...marks);
    });
    return [
      make("h1", { tabIndex: -1 }, say("log")),
      ...groups,
      group(say("log_staff"), make("p", {}, say("log_staff_how")), ...TO_STAFF.map((key) => this.#mark(key, "yes", `log_${key}`))),
      group(say("log_crews"), ...LOGGED.map((key) => this.#counter(key))),
      group(say("log_end"), this.#mark("over", "yes", "log_over")),
    ];
  }

  #counter(key: string): HTMLElement {
    const name = this.page.say(`count_${key}` as Word);
    const shown = make("output", {}, this.#told.get(key)?.[0] ?? "0");
    shown.setAttribute("aria-label", name);
    const by = (step: number): void => {
      shown.textContent = String(Math.min(999, Math.max(0, Number(shown.textContent) + step)));
      this.#told.set(key, [shown.textContent]);
      clearTimeout(this.#later.get(key));
      this.#later.set(key, setTimeout(() => this.page.tell(key, shown.textContent), STILL));
    };
    const button = (sign: string, step: number, label: string): HTMLElement => {
      const made = make("button", { onclick: () => by(step) }, sign);
      made.setAttribute("aria-label", `${label}: ${name}`);
      return made;
    };
    const less = button("−", -1, this.page.say("one_less"));
    return make("div", { className: "counter" }, make("span", {}, name), less, shown, button("+", 1, this.page.say("one_more")));
  }

  #mark(key: string, value: string, text: Word): HTMLButtonElement {
    const before = this.#told.get(key) ?? [];
    return choice(this.page.say(text), before.includes(value), () => {
      const none = SEVERAL[key];
      const others = none === undefined || none === value ? [] : before.filter((one) => one !== none);
      this.#told.set(key, [...others, value]);
      this.page.tell(key, value);
      this.page.again();
    });
  }
}
