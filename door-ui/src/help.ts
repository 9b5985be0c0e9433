/**
 * For whoever has a hand free: what is at the door, what the law says of it, how many people are inside, what happened, and
 * asking whether somebody may come in. Everything is a button; there is nothing to type, so no name can be.
 */

import { advise, readLaw, type Advice, type Law } from "./law/advice";
import type { Known } from "./law/evaluate";
import type { Consent, Standing } from "./link";
import { choice, group, make, picture } from "./page";
import type { LawWords, Place } from "./store";
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

/** Whoever comes to a fire or with an ambulance is taken for an authority of the place, which is the stricter reading. */
const CREW = { actor: "officer" };
/** What can be at the door: of which danger it is, what is known by it and what is taken for known, and its picture. */
interface Kind {
  readonly danger: string;
  readonly known: Readonly<Record<string, string>>;
  /** Whose consent lets them in. */
  readonly whom: readonly string[];
  readonly taken?: Readonly<Record<string, string>>;
  readonly path: string;
}
const KINDS: Readonly<Record<string, Kind>> = {
  officers: { danger: "attempted_entry", known: { actor: "officer" }, whom: ["officials", "police"], path: "M12 2l8 3v6c0 5-3.5 9-8 11-4.5-2-8-6-8-11V5z" },
  papers: { danger: "attempted_entry", known: { actor: "officer" }, whom: ["officials", "police"], path: "M6 2h8l5 5v15H6zM14 2v5h5M9 13h7M9 17h7" },
  inside: { danger: "entry", known: { actor: "officer" }, whom: ["officials", "police"], path: "M3 3h10v18H3zM21 12h-9M15 8l-4 4 4 4" },
  fire: { danger: "fire", known: { emergency: "fire" }, taken: CREW, whom: ["fire_brigade"], path: "M12 2c1 4 5 6 5 11a5 5 0 0 1-10 0c0-3 2-4 2-7 2 1 3 2 3 4 1-2 1-5 0-8z" },
  ambulance: { danger: "medical", known: { emergency: "medical" }, taken: CREW, whom: ["ambulance"], path: "M9 3h6v6h6v6h-6v6H9v-6H3V9h6z" },
  street: { danger: "street_operation", known: { zone: "outside" }, whom: ["officials", "police"], path: "M8 2L4 22M16 2l4 20M12 4v3M12 10v4M12 17v4" },
  private: { danger: "intrusion", known: { actor: "private" }, whom: ["others"], path: "M12 3a4 4 0 1 0 .01 0zM4 21c0-5 4-8 8-8s8 3 8 8z" },
};
const COUNTS = ["inside_adults", "inside_children", "inside_children_alone", "inside_unwell"] as const;
/** What can have happened, by the fact or key that tells it (src/inviolable/door/terms.py). */
const HAPPENED: Readonly<Record<string, readonly string[]>> = {
  entered: ["no", "partly", "yes"],
  shown: ["nothing", "badge", "paper", "weapon"],
  words: ["open", "come_in", "looking_for", "warrant", "threat", "none"],
};
const TO_STAFF = ["staff_threatened", "staff_hurt", "handed_over", "over"] as const;
const LOGGED = ["crew_came", "crew_left", "taken_outside"] as const;
const ASKED = {
  whom: ["ambulance", "fire_brigade", "police", "officials", "others"],
  zone: ["public", "work", "grounds", "shared"],
  purpose: ["rescue", "fire", "protect", "talk", "hand_over", "other"],
} as const;
/** As what the law knows whoever consents (law/facts.toml, consent_by). */
const BY: Readonly<Record<string, string>> = { head: "head", acting_head: "head", designee: "designee", head_of_mission: "mission" };
/** Screens on which something is told about an event. */
const TOLD_OF: readonly Screen[] = ["count", "log"];
/** Milliseconds after the last touch until a count is told. */
const STILL = 1_500;

export class Help {
  #kind = "";
  #answers: Record<string, string> = {};
  #skipped: string[] = [];
  #told = new Map<string, string>();
  #asking: Record<keyof typeof ASKED, string> = { whom: "ambulance", zone: "public", purpose: "rescue" };
  #later = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly page: Page) {}

  /** Another event begins. */
  forget(): void {
    this.#kind = "";
    this.#answers = {};
    this.#skipped = [];
    this.#told.clear();
    for (const timer of this.#later.values()) clearTimeout(timer);
    this.#later.clear();
  }

  draw(screen: Screen): Node[] {
    return [...this[screen](), this.#elsewhere(screen)];
  }

  // ---- what is at the door, and what the law says of it -----------------------------------------

  what(): Node[] {
    const { say } = this.page;
    const tiles = Object.entries(KINDS).map(([name, { path }]) =>
      make("button", { className: "tile", onclick: () => this.#choose(name) }, picture(path), say(`kind_${name}` as Word)),
    );
    return [make("h1", { tabIndex: -1 }, say("what")), make("div", { className: "tiles" }, ...tiles)];
  }

  #choose(name: string): void {
    const { danger, known, taken } = KINDS[name]!;
    if (!this.page.isEvent()) this.forget();
    this.#kind = name;
    this.#answers = { ...taken, ...known };
    this.#skipped = [];
    this.page.press(danger);
    for (const [key, value] of Object.entries(known)) this.page.tell(key, value);
    if (name === "inside") this.page.tell("entered", "yes");
    this.page.go("law");
  }

  law(): Node[] {
    const { say } = this.page;
    const { host, sentence, words, language } = this.page.place();
    const law = this.#law();
    const said = words?.[this.page.language()] ?? words?.["en"];
    const found = law && this.#advice(law);
    if (!law || !found || !said) return [make("h1", { id: "sentence", lang: language, tabIndex: -1 }, sentence)];
    return [
      make("h1", { id: "sentence", lang: language, tabIndex: -1 }, host?.[found.answer] ?? sentence),
      ...(this.#kind === "papers" ? [make("p", { className: "note" }, say(opensByPaper(law) ? "paper_treaty" : "no_paper"))] : []),
      make("ol", { id: "orders" }, ...found.do.map((key) => make("li", {}, said.do[key] ?? key))),
      found.ask ? this.#question(said, found.ask) : make("p", { id: "result" }, said.results[found.answer]!),
      this.#why(said, found),
    ];
  }

  #law(): Law | null {
    try {
      return readLaw(this.page.place().law);
    } catch {
      return null;
    }
  }

  /** Nobody has said yes to these people but whoever the server says has: no answer at the door does (scenario 5). */
  #known(): Known {
    const { whom } = KINDS[this.#kind]!;
    const yes = consentsNow(this.page.standing()).find((one) => one.state === "stands" && whom.includes(one.whom));
    const consent = yes ? { consent_by: BY[yes.role!] ?? "staff", consent_state: "standing" } : { consent_by: "none" };
    return { ...this.#answers, ...consent };
  }

  #advice(law: Law): Advice | null {
    try {
      return advise(law, this.#known(), this.#skipped);
    } catch {
      return null;
    }
  }

  #question(said: LawWords, fact: string): HTMLElement {
    const { question, answers } = said.facts[fact]!;
    const buttons = Object.entries(answers).map(([value, text]) =>
      make("button", { onclick: () => this.#answer(fact, value) }, text),
    );
    const skip = (): void => {
      this.#skipped = [...this.#skipped, fact];
      this.page.go("law");
    };
    return group(question, ...buttons, make("button", { className: "quiet", onclick: skip }, this.page.say("cannot_tell")));
  }

  #answer(fact: string, value: string): void {
    this.#answers = { ...this.#answers, [fact]: value };
    const law = this.#law();
    if (law && !this.#advice(law)) this.#answers = { [fact]: value }; // No such world: the last answer counts.
    this.page.tell(fact, value);
    this.page.go("law");
  }

  #why(said: LawWords, { cites, tag }: Advice): HTMLElement {
    const { role, date } = this.page.place().reviewed ?? {};
    const reviewed = role && date ? said.reviewed.replace("{role}", role).replace("{date}", date) : said.not_reviewed;
    return make(
      "details",
      {},
      make("summary", {}, this.page.say("why")),
      make("p", {}, cites.join(" · ")),
      make("p", {}, `${tag}: ${said.tags[tag]}`),
      make("p", {}, reviewed),
    );
  }

  // ---- how many people, and what happened --------------------------------------------------------

  count(): Node[] {
    const { say } = this.page;
    return [
      make("h1", { tabIndex: -1 }, say("count")),
      make("p", {}, say("count_no_names")),
      make("div", { className: "counts" }, ...COUNTS.map((key) => this.#counter(key))),
    ];
  }

  #counter(key: string): HTMLElement {
    const name = this.page.say(`count_${key}` as Word);
    const shown = make("output", {}, this.#told.get(key) ?? "0");
    shown.setAttribute("aria-label", name);
    const by = (step: number): void => {
      shown.textContent = String(Math.min(999, Math.max(0, Number(shown.textContent) + step)));
      this.#told.set(key, shown.textContent);
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

  log(): Node[] {
    const { say } = this.page;
    const groups = Object.entries(HAPPENED).map(([key, values]) =>
      group(say(`log_${key}` as Word), ...values.map((value) => this.#mark(key, value, say(`log_${key}_${value}` as Word)))),
    );
    return [
      make("h1", { tabIndex: -1 }, say("log")),
      ...groups,
      group(say("log_staff"), make("p", {}, say("log_staff_how")), ...TO_STAFF.map((key) => this.#mark(key, "yes", say(`log_${key}` as Word)))),
      group(say("log_crews"), ...LOGGED.map((key) => this.#counter(key))),
    ];
  }

  #mark(key: string, value: string, text: string): HTMLButtonElement {
    return choice(text, this.#told.get(key) === value, () => {
      this.#told.set(key, value);
      this.page.tell(key, value);
      this.page.go("log");
    });
  }

  // ---- may they come in? -------------------------------------------------------------------------

  consent(): Node[] {
    const { say } = this.page;
    const { call, host, language, sentence } = this.page.place();
    const { connected } = this.page.standing();
    const now = consentsNow(this.page.standing());
    const waits = now.length > 0 && now.every(({ state }) => state === "asked");
    const words = waits ? host?.["open"] : sentence;
    const send = (): void => {
      this.page.ask(this.#asking);
      this.page.go("consent");
    };
    return [
      make("h1", { id: "sentence", lang: language, tabIndex: -1 }, words ?? sentence),
      make("ul", { id: "consents" }, ...now.map((one) => this.#consented(one))),
      make("p", {}, say("consent_never")),
      ...(Object.keys(ASKED) as (keyof typeof ASKED)[]).map((name) =>
        group(say(`ask_${name}`), ...ASKED[name].map((value) => this.#option(name, value))),
      ),
      ...(connected ? [] : [make("p", { className: "note" }, say(call ? "ask_offline" : "ask_offline_no_number", { call }))]),
      make("button", { id: "ask", onclick: send }, say("ask")),
    ];
  }

  #option(name: keyof typeof ASKED, value: string): HTMLButtonElement {
    return choice(this.page.say(`${name}_${value}` as Word), this.#asking[name] === value, () => {
      this.#asking = { ...this.#asking, [name]: value };
      this.page.go("consent");
    });
  }

  /** One question or consent; where it stands, with the sentence for those alone whom it lets in. */
  #consented({ state, whom, zone, role, until, asked }: Now): HTMLElement {
    const { say, place } = this.page;
    const time = (at: string): string => new Date(at).toLocaleTimeString(this.page.language(), { timeStyle: "short" });
    const blanks = {
      whom: say(`whom_${whom}` as Word),
      zone: say(`zone_${zone}` as Word),
      role: role ? say(`role_${role}` as Word) : "",
      time: time(until ?? asked),
    };
    const line = make("li", { className: state }, make("p", {}, say(`consent_${state}` as Word, blanks)));
    const sentence = place().host?.["admit_by_consent"];
    if (state === "stands" && sentence) line.append(make("p", { lang: place().language, className: "say" }, sentence));
    return line;
  }

  visitors(): Node[] {
    return [make("h1", { id: "sentence", lang: this.page.language(), tabIndex: -1 }, this.page.say("visitors_message"))];
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

/** What can be said of a consent here: `unsure` where it stood and no server says whether it still does. */
type Now = Omit<Consent, "state"> & { readonly state: Consent["state"] | "unsure" };

/** Consents as they are now: one ends at its time by the server's clock, and lets nobody in whose line is cut. */
export function consentsNow({ consents, connected, ahead }: Standing): Now[] {
  return consents.map((one) => {
    if (one.state !== "stands") return one;
    if (Date.parse(one.until!) <= Date.now() + ahead) return { ...one, state: "ended" };
    return connected ? one : { ...one, state: "unsure" };
  });
}

function opensByPaper(law: Law): boolean {
  return Object.values(law.answers).some(({ answer }) => answer === "admit_by_treaty");
}
