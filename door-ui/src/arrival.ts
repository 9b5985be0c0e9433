/** What is at the door, and what the law of this post says of it: as few questions as settle it, and what is to be done. */

import { clashes, consentsNow, current, isYes, yesTo, type Now } from "./consents";
import { KINDS, type Kind } from "./kinds";
import { advise, readLaw, type Advice, type Law } from "./law/advice";
import type { Known } from "./law/evaluate";
import type { Standing } from "./link";
import { group, make, picture } from "./page";
import { sentence } from "./sentence";
import type { LawWords, Place } from "./store";
import type { Word } from "./words";

export interface Page {
  readonly place: () => Place;
  readonly standing: () => Standing;
  readonly language: () => string;
  readonly say: (word: Word, blanks?: Record<string, string>) => string;
  readonly press: (danger: string) => void;
  readonly tell: (key: string, value: string) => void;
  readonly go: (screen: "law") => void;
  /** Something was chosen: of another event, where none goes on. */
  readonly begin: () => void;
  /** All that is known of a yes or no, in one line. */
  readonly full: (one: Now) => string;
  readonly askAbout: (whom: string, purpose: string) => void;
}

/** As what the law knows whoever consents (law/facts.toml, consent_by). */
const BY: Readonly<Record<string, string>> = { head: "head", acting_head: "head", designee: "designee", head_of_mission: "mission" };
/** Orders that are no way to treat a crew that was called, whatever the law's answer. */
const TO_OFFICERS = ["no-contact", "close-door", "no-paper"];
/** Orders beside which the number belongs that this tablet has. */
const TO_CALL = ["call-consenter", "call-consenter-now"];

export class Arrival {
  #kind = "";
  #answers: Record<string, string> = {};
  #skipped: string[] = [];
  /** What was answered before each of the answers. */
  #before: [Record<string, string>, string[]][] = [];

  constructor(private readonly page: Page) {}

  /** What is shown to whoever is there, and the three commands that fit it: none for a crew, which nobody holds up. */
  words(): HTMLElement[] {
    const place = this.page.place();
    const kind = KINDS[this.#kind];
    const key = kind ? this.#words(kind, this.#found()?.answer) : (place.first ?? "open");
    return sentence(place, this.page.language(), key, key === "admit_by_consent" ? this.#yes() : undefined);
  }

  commands(): string[] {
    const kind = KINDS[this.#kind];
    const fitting = kind ? kind.commands : "commands";
    return fitting ? this.page.say(fitting).split("|") : [];
  }

  what(): Node[] {
    const { say } = this.page;
    const tiles = Object.entries(KINDS).map(([name, { path }]) =>
      make("button", { className: "tile", onclick: () => this.#choose(name) }, picture(path), say(`kind_${name}` as Word)),
    );
    return [
      make("h1", { tabIndex: -1 }, say("what")),
      make("p", { className: "note" }, say("what_calls")),
      make("div", { className: "tiles" }, ...tiles),
    ];
  }

  /** Something else is at the door; "": another event begins. */
  begin(name = ""): void {
    this.#kind = name;
    this.#answers = { ...KINDS[name]?.known };
    this.#skipped = [];
    this.#before = [];
  }

  #choose(name: string): void {
    const { danger, known } = KINDS[name]!;
    this.page.begin();
    this.begin(name);
    this.page.press(danger);
    for (const [key, value] of Object.entries(known)) this.page.tell(key, value);
    this.page.go("law");
  }

  law(): Node[] {
    const said = this.#said();
    const found = this.#found();
    const kind = KINDS[this.#kind];
    if (!kind || !found || !said) return this.words();
    const result = make("p", { id: "result" }, this.#isInside(kind, found.answer) ? this.page.say("inside_result") : said.results[found.answer]!);
    return [
      ...this.words(),
      ...(this.#kind === "papers" ? [make("p", { className: "note" }, this.page.say(this.#paper()))] : []),
      ...this.#yeses(kind, found.ask),
      this.#orders(kind, said, found),
      ...(found.ask ? [this.#question(said, found.ask)] : this.#kind === "fire" ? [] : [result]),
      ...this.#steps(kind, found),
      this.#why(said, found),
    ];
  }

  #said(): LawWords | undefined {
    const { words } = this.page.place();
    return words?.[this.page.language()] ?? words?.["en"];
  }

  #law(): Law | null {
    try {
      return readLaw(this.page.place().law);
    } catch {
      return null;
    }
  }

  /**
   * What is said as long as the law's answer is open stays what was said at the first touch. A crew waits at the door, and
   * whoever is inside, maybe by a yes, where they are.
   */
  #words(kind: Kind, answer = "open"): string {
    if (this.#isInside(kind, answer)) return "inside";
    if (answer !== "open") return answer;
    if (kind.known["entered"]) return "disputed";
    return kind.called ? "consent_needed_now" : (this.page.place().first ?? "open");
  }

  #isInside({ known }: Kind, answer: string): boolean {
    return known["entered"] === "yes" && answer === "refuse";
  }

  #yes(): Now | undefined {
    return yesTo(KINDS[this.#kind]!.whom, this.#answers["zone"], consentsNow(this.page.standing()));
  }

  /** Nobody has said yes to exactly these people but whoever the server says has: no answer at the door does (scenario 5). */
  #known(): Known {
    const { taken, whom, called } = KINDS[this.#kind]!;
    const zone = this.#answers["zone"];
    const yes = this.#yes();
    const no = current(consentsNow(this.page.standing())).some((one) => one.state === "refused" && one.whom === whom);
    return {
      ...taken,
      ...(called ? { refused: no ? "yes" : "no" } : {}),
      ...(yes && zone && zone !== yes.zone ? { consent_scope: "beyond" } : {}),
      ...this.#answers,
      ...(yes ? { consent_by: BY[yes.role!] ?? "staff", consent_state: "standing" } : { consent_by: "none" }),
    };
  }

  #found(): Advice | null {
    const law = this.#law();
    return law && this.#advice(law);
  }

  #advice(law: Law): Advice | null {
    try {
      return advise(law, this.#known(), this.#skipped);
    } catch {
      return null;
    }
  }

  /** Every yes that stands, in full, whoever it is for: none is taken for another. The one that is asked about stands there. */
  #yeses({ whom }: Kind, ask: string): HTMLElement[] {
    const all = consentsNow(this.page.standing());
    const mine = this.#yes();
    const found = all.filter((one) => isYes(one) && one.id !== mine?.id);
    const why = (one: Now): Word => (one.earlier ? "consent_earlier" : one.whom === whom && clashes(one, all) ? "consent_clash" : "consent_others");
    const lines = found.map((one) =>
      make("li", {}, make("p", {}, this.page.full(one)), make("p", {}, this.page.say(why(one)))),
    );
    if (mine && ask !== "consent_scope") lines.unshift(make("li", { className: "stands" }, make("p", {}, this.page.full(mine))));
    return lines.length > 0 ? [make("ul", { id: "yeses" }, ...lines)] : [];
  }

  #orders(kind: Kind, said: LawWords, found: Advice): HTMLElement {
    const { say } = this.page;
    if (this.#isInside(kind, found.answer)) {
      const orders = say("inside_orders").split("|");
      return make("ol", { id: "orders" }, ...orders.map((text, place) => make("li", {}, text, ...(place === orders.length - 1 ? this.#number() : []))));
    }
    const keys = found.do.filter((key) => !(kind.called && TO_OFFICERS.includes(key)));
    const lines = keys.map((key) => make("li", {}, said.do[key] ?? key, ...(TO_CALL.includes(key) ? this.#number() : [])));
    // Everybody out, then who comes to help, then what the law says of them: before anything that takes reading.
    if (this.#kind === "fire") lines.splice(1, 0, make("li", {}, say("call_fire")), make("li", { id: "result" }, said.results[found.answer]!));
    return make("ol", { id: "orders" }, ...lines);
  }

  /** The number that this tablet has, to be touched. */
  #number(): (Node | string)[] {
    const { call } = this.page.place();
    if (!call) return [];
    return [" ", make("a", { href: `tel:${call.replace(/[^+\d]/g, "")}` }, this.page.say("call_number", { call }))];
  }

  #question(said: LawWords, fact: string): HTMLElement {
    const { question, answers } = said.facts[fact]!;
    const buttons = Object.entries(answers).map(([value, text]) =>
      make("button", { onclick: () => this.#answer(fact, value) }, text),
    );
    const skip = (): void => {
      this.#next(this.#answers, [...this.#skipped, fact]);
      this.page.go("law");
    };
    const yes = fact === "consent_scope" ? this.#yes() : undefined;
    const about = yes ? [make("p", { className: "about" }, this.page.full(yes))] : [];
    return group(question, ...about, ...buttons, make("button", { className: "quiet", onclick: skip }, this.page.say("cannot_tell")));
  }

  #answer(fact: string, value: string): void {
    this.#next({ ...this.#answers, [fact]: value }, this.#skipped);
    const law = this.#law();
    if (law && !this.#advice(law)) this.#answers = { [fact]: value }; // No such world: the last answer counts.
    this.page.tell(fact, value);
    this.page.go("law");
  }

  #next(answers: Record<string, string>, skipped: string[]): void {
    this.#before.push([this.#answers, this.#skipped]);
    this.#answers = answers;
    this.#skipped = skipped;
  }

  /** One step back; for a crew that was called: asking for it, and that these are no such people. */
  #steps({ whom, called }: Kind, { answer }: Advice): HTMLElement[] {
    const { say, go } = this.page;
    const correct = (): void => {
      [this.#answers, this.#skipped] = this.#before.pop()!;
      go("law");
    };
    const ask = (): void => {
      this.page.askAbout(whom, called!);
    };
    const mayEnter = ["admit_by_consent", "admit_protective_action_only"].includes(answer);
    return [
      ...(this.#before.length > 0 ? [make("button", { id: "correct", onclick: correct }, say("correct"))] : []),
      ...(called && !mayEnter ? [make("button", { id: "ask-crew", onclick: ask }, say("ask_crew"))] : []),
      ...(called ? [make("button", { id: "no-crew", onclick: () => this.#choose("officers") }, say("no_crew"))] : []),
    ];
  }

  #paper(): Word {
    const law = this.#law();
    const opens = law && Object.values(law.answers).some(({ answer }) => answer === "admit_by_treaty");
    return opens ? "paper_treaty" : "no_paper";
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
}
