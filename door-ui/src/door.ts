/**
 * The page of the door. One touch: within a frame the sentence for the officer fills the screen, with three commands for
 * whoever stands there, and the alarm is on its way. Nothing of that waits for a network, a sign-in or a disk.
 */

import { keys } from "./device";
import { Link, type Standing } from "./link";
import { keep, kept, type Place } from "./store";
import { LANGUAGES, ownLanguage, word, type Word } from "./words";

/** Milliseconds after which an alarm that nobody has taken is said to be not received; and that a silent press lasts. */
const NOT_RECEIVED = 3_000;
const HELD = 1_500;

const main = document.querySelector("main")!;
const status = document.querySelector<HTMLElement>("#status")!;
const strip = document.querySelector<HTMLElement>("#strip")!;
const languages = document.querySelector<HTMLElement>("#languages")!;

let language = ownLanguage();
let standing: Standing = { connected: false, taken: 0, refused: false, cut: false, alarms: [] };
let place: Place | undefined;
let link: Link | undefined;
/** When the alarm was pressed whose sentence is on the screen; null where none is. */
let pressed: Date | null = null;
/** Its number, once it has one; and when the server took it. */
let number = Infinity;
let received: Date | null = null;
let screen = "";

const say = (name: Word, blanks?: Record<string, string>): string => word(language, name, blanks);
const clock = (at: Date): string => at.toLocaleTimeString(language, { hourCycle: "h23" });

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  told: Partial<HTMLElementTagNameMap[Name]> = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), told);
  element.append(...inside);
  return element;
}

// ---- the touch ---------------------------------------------------------------------------------

function touch(): void {
  if (pressed || !place || !link) return;
  pressed = new Date();
  number = Infinity;
  received = null;
  draw();
  setTimeout(draw, NOT_RECEIVED + 50);
  link.press("attempted_entry", pressed, false).then(
    (its) => {
      number = its;
      show(standing);
    },
    () => show({ ...standing, refused: true }), // Nothing could be kept or sent: the page says so at once.
  );
}

/** Whoever may not be seen pressing holds the clock, or F8, for a moment. The screen does not change. */
function silently(): void {
  void link?.press("threat", new Date(), true).catch(() => undefined);
}

// ---- what is shown -----------------------------------------------------------------------------

/** Draw the screen anew where it is another one, and the lines of its standing in any case. */
function draw(): void {
  const wanted = [screenName(), language, place?.digest, standing.code].join(" ");
  if (wanted !== screen) {
    screen = wanted;
    document.documentElement.lang = language;
    document.body.dataset["screen"] = screenName();
    main.replaceChildren(...SCREENS[screenName()]!());
  }
  strip.textContent = place?.example === "yes" ? say("example") : "";
  const { tone, lines } = told();
  status.dataset["tone"] = tone;
  if (status.innerText.trim() !== lines.join("\n")) status.replaceChildren(...lines.map(line));
}

/** A line with its telephone number, to be touched. */
function line(text: string): HTMLElement {
  const [before, after] = place?.call ? text.split(place.call) : [text];
  const number = place?.call ? make("a", { href: `tel:${place.call.replace(/[^+\d]/g, "")}` }, place.call) : "";
  return make("p", {}, ...(after === undefined ? [text] : [before!, number, after]));
}

function screenName(): string {
  if (standing.cut) return "cut";
  if (!place) return link ? "enrol" : "old";
  return pressed ? "pressed" : "ready";
}

const SCREENS: Record<string, () => Node[]> = {
  ready: () => [
    make("h1", {}, place!.name),
    make("button", { id: "touch", onclick: touch }, make("strong", {}, say("touch")), make("span", {}, say("touch_hint"))),
  ],
  pressed: () => [
    make("h1", { id: "sentence", lang: place!.language }, place!.sentence),
    make("ul", { id: "commands" }, ...say("commands").split("|").map((one) => make("li", {}, one))),
    make("div", { className: "actions" }, ...speaker(), back()),
  ],
  enrol: () => [
    make("h1", {}, say("enrol_title")),
    ...(standing.code
      ? [
          make("p", {}, say("enrol_code")),
          make("p", { id: "code" }, standing.code),
          make("p", {}, say("enrol_how")),
        ]
      : [make("p", {}, say("enrol_wait"))]),
  ],
  cut: () => [make("h1", {}, say("cut_title")), make("p", {}, say("cut_how"))],
  old: () => [make("h1", {}, say("old_title")), make("p", {}, say("old_how"))],
};

/** How the alarm stands, or the line where there is none. */
function told(): { tone: string; lines: string[] } {
  if (!place) return { tone: "", lines: [] };
  const call = place.call;
  const since = pressed ?? standing.waiting;
  if (!since) {
    if (standing.connected) return { tone: "good", lines: [say("connected")] };
    return { tone: "bad", lines: [call ? say("not_connected", { call }) : say("not_connected_no_number")] };
  }
  const time = clock(since);
  if (standing.refused) return { tone: "bad", lines: [say("refused", { call }), say("not_received_more", { time })] };
  if (!received || !pressed) {
    if (Date.now() - since.getTime() < NOT_RECEIVED && standing.connected) {
      return { tone: "care", lines: [say("sending", { time })] };
    }
    const not = call ? say("not_received", { call }) : say("not_received_no_number");
    return { tone: "bad", lines: [not, say("not_received_more", { time })] };
  }
  const lines = [say("received", { time: clock(received) })];
  const alarm = standing.alarms[0];
  if (alarm?.seen) lines.push(say("seen", { time: clock(new Date(alarm.seen.at)), role: role(alarm.seen.role) }));
  if (alarm?.ended) lines.push(say("ended", { time: clock(new Date(alarm.ended)) }));
  return { tone: "good", lines };
}

function role(name: string): string {
  const known = `role_${name}`;
  return say((known in LANGUAGES["en"]! ? known : "role_other") as Word);
}

/** A button that speaks the sentence, where this device has a voice of its own for that language: no other is asked. */
function speaker(): HTMLElement[] {
  if (!("speechSynthesis" in window)) return [];
  const voice = speechSynthesis.getVoices().find((one) => one.localService && one.lang.startsWith(place!.language));
  if (!voice) return [];
  const speak = (): void => {
    speechSynthesis.cancel();
    speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(place!.sentence), { voice, rate: 0.9 }));
  };
  return [make("button", { id: "speak", onclick: speak }, say("speak"))];
}

function back(): HTMLElement {
  const go = (): void => {
    pressed = null;
    draw();
    document.querySelector<HTMLElement>("#touch")?.focus();
  };
  return make("div", {}, make("button", { id: "back", onclick: go }, say("back")), make("p", {}, say("back_hint")));
}

// ---- beginning ---------------------------------------------------------------------------------

function show(next: Standing): void {
  standing = next;
  place = next.cut ? undefined : (next.place ?? place);
  if (pressed && !received && next.taken >= number) received = next.heard ?? null;
  draw();
}

function chooseLanguage(name: string): void {
  language = name;
  void keep("language", name).catch(() => undefined);
  for (const one of languages.children) one.setAttribute("aria-pressed", String(one.getAttribute("lang") === name));
  draw();
}

/** The clock shows the time; held, it calls for help without showing it. */
function watchClock(): void {
  const face = document.querySelector<HTMLElement>("#clock")!;
  const tell = (): void => void (face.textContent = new Date().toLocaleTimeString(language, { timeStyle: "short" }));
  tell();
  setInterval(tell, 1_000);
  let held: ReturnType<typeof setTimeout> | undefined;
  const begin = (): void => {
    clearTimeout(held);
    held = setTimeout(silently, HELD);
  };
  const end = (): void => clearTimeout(held);
  face.addEventListener("pointerdown", begin);
  for (const event of ["pointerup", "pointerleave", "pointercancel"]) face.addEventListener(event, end);
  face.addEventListener("contextmenu", (event) => event.preventDefault());
  addEventListener("keydown", (event) => void (event.key === "F8" && !event.repeat && begin()));
  addEventListener("keyup", (event) => void (event.key === "F8" && end()));
}

async function begin(): Promise<void> {
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/door/worker.js").catch(() => undefined);
  void navigator.storage?.persist?.();
  for (const [name, words] of Object.entries(LANGUAGES)) {
    languages.append(make("button", { lang: name, onclick: () => chooseLanguage(name) }, words.language));
  }
  watchClock();
  const pair = await keys().catch(() => null);
  place = await kept("place").catch(() => undefined);
  if (pair) link = new Link(pair, show);
  chooseLanguage((await kept("language").catch(() => undefined)) ?? language);
  await link?.start();
}

void begin();
