/**
 * The page of the door. One touch: within a frame the sentence for the officer fills the screen, with three commands for
 * whoever stands there, and the alarm is on its way. Nothing of that waits for a network, a sign-in or a disk.
 */

import { keys } from "./device";
import { Film } from "./film/film";
import { consentsNow } from "./consents";
import { Help, SCREENS as HELPS, type Screen } from "./help";
import { isSameDanger } from "./kinds";
import { Link, NOTHING, type Standing } from "./link";
import { make } from "./page";
import { spoken, voices } from "./sentence";
import { decisionsOf, isRefused, linesOf, NOT_RECEIVED } from "./status";
import { keep, kept, type Place, type Said } from "./store";
import { LANGUAGES, ownLanguage, word, type Word } from "./words";

/** Milliseconds: for how long somebody holds what presses silently, and within which a second press says nothing new. */
const HELD = 1_500;
const JUST_NOW = 10_000;
const MINUTE = 60_000;
/** For how long what happens at the door is still what an alarm was raised for, told more precisely. */
const SAME_EVENT = 10 * MINUTE;
const HOUR = 60 * MINUTE;
/** For how long an alarm that nobody stands down is filmed. */
const FILMED = 8 * HOUR;

const main = document.querySelector("main")!;
const status = document.querySelector<HTMLElement>("#status")!;
const filmed = document.querySelector<HTMLElement>("#film")!;
const heard = document.querySelector<HTMLElement>("#heard")!;
const decisions = document.querySelector<HTMLElement>("#decisions")!;
const strip = document.querySelector<HTMLElement>("#strip")!;
const languages = document.querySelector<HTMLElement>("#languages")!;

let language = ownLanguage();
let standing = NOTHING;
let place: Place | undefined;
let begun: (link: Link) => void;
/** The line, once it has begun: the words wait for nothing, the alarm for that. */
const link = new Promise<Link>((resolve) => (begun = resolve));
let tooOld = false;
/** The alarm whose sentence is on the screen; null where none is. */
let pressed: Said | null = null;
/** Whether it was handed to the line, and when the server took it. */
let handed = false;
let received: Date | null = null;
/** What whoever has a hand free looks at, "" for the words. */
let view: Screen | "film" | "" = "";
/** Consents that stood while this page looked. */
const stood = new Set<string>();
/** What is on the screen, so that nothing is drawn or read aloud twice. */
let screen = "";
let lines = "";

const say = (name: Word, blanks?: Record<string, string>): string => word(language, name, blanks);
const clock = (at: Date): string => at.toLocaleTimeString(language, { hourCycle: "h23" });

// ---- the touch ---------------------------------------------------------------------------------

function touch(): void {
  if (pressed || !place) return;
  help.forget();
  press("attempted_entry");
  document.querySelector<HTMLElement>("#sentence")?.focus();
}

/** Somebody needs help: on the screen at once, then on its way. */
function press(danger: string): void {
  if (pressed && isCalledFor(pressed, danger)) return;
  const now = said("press", { danger });
  pressed = now;
  handed = false;
  received = null;
  draw();
  film.send(true, true);
  setTimeout(draw, NOT_RECEIVED + 50);
  void link.then(async (line) => {
    if (!(await line.say(now)) || pressed !== now) return;
    handed = true;
    show(standing);
  });
}

/** Whether somebody is called for this already: that alarm, or one of some minutes ago that says the same less precisely. */
function isCalledFor(last: Said, danger: string): boolean {
  if (last.more["danger"] === danger && isUnderWay(last)) return true;
  const now = Date.now();
  const isNear = (at: number): boolean => now - at < SAME_EVENT;
  if (isSameDanger(last.more["danger"]!, danger) && isUnderWay(last) && isNear(last.made.getTime())) return true;
  return standing.alarms.some(
    (one) => !one.ended && isSameDanger(one.danger, danger) && isNear(Date.parse(one.raised) - standing.ahead),
  );
}

/** Whether an alarm was pressed just now, is on its way or stands open: the same again says nothing new. */
function isUnderWay({ id, made, more }: Said): boolean {
  if (standing.refused.includes(id)) return false;
  const open = standing.alarms.some(({ danger, ended }) => danger === more["danger"] && !ended);
  return !received || open || Date.now() - made.getTime() < JUST_NOW;
}

/** Whoever may not be seen pressing holds the clock, or F8, for a moment. The screen does not change. */
function silently(): void {
  film.send(true, true);
  send({ ...said("press", { danger: "threat" }), quiet: true });
}

function said(say: Said["say"], more: Record<string, string>): Said {
  return { id: crypto.randomUUID(), say, more, made: new Date(), quiet: false };
}

function send(what: Said): void {
  void link.then((line) => line.say(what));
}

const help = new Help({
  place: () => place!,
  standing: () => standing,
  isEvent: isOpenly,
  language: () => language,
  say: (name, blanks) => say(name, blanks),
  press,
  tell: (key, value) => send(said("tell", { key, value })),
  ask: (more) => send(said("ask", more)),
  go,
});

const film = new Film(
  draw,
  () => void link.then((line) => line.wake()),
  (recording, segments) => send({ ...said("filmed", { recording, segments: String(segments) }), quiet: true }),
);

/** What is filmed is sent as long as somebody presses or an alarm stands open here, and until it is known that none does. */
function watchFilm(): void {
  const now = Date.now();
  const isPressed = standing.waiting.some(({ say }) => say === "press") || (pressed && !received && !isRefused(standing, pressed));
  const since = now + standing.ahead - FILMED;
  const isOpen = standing.alarms.some(({ ended, raised }) => !ended && Date.parse(raised) > since);
  const waits = standing.waiting.some(({ say }) => say === "press"); // Or it would go into the incident before this one.
  if (isPressed || isOpen) film.send(true, waits);
  else film.send(film.report.on && !(standing.connected && standing.known), waits);
}

/** Whether the screen may tell that there is an alarm: of a silent one it may not. */
function isOpenly(): boolean {
  const isWaiting = standing.waiting.some(({ say, quiet }) => say === "press" && !quiet);
  const isOpen = standing.alarms.some(({ danger, ended }) => !ended && danger !== "threat");
  return pressed !== null || isWaiting || isOpen;
}

function go(next: Screen | "film" | ""): void {
  const another = view !== next;
  view = next;
  screen = "";
  draw();
  if (another) main.querySelector<HTMLElement>("h1")?.focus();
}

// ---- what is shown -----------------------------------------------------------------------------

/** Draw the screen anew where it is another one, and the lines of its standing in any case. */
function draw(): void {
  const name = screenName();
  const told = consentsNow(standing);
  const about = !["pressed", "law", "consent"].includes(name) ? [] : told.map(({ id, state, until, earlier }) => [id, state, until, earlier].join());
  const state = { enrol: standing.code, film: film.state }[name] ?? place?.digest;
  const wanted = [name, language, state, ...about].join(" ");
  if (wanted !== screen) {
    screen = wanted;
    document.documentElement.lang = language;
    document.body.dataset["screen"] = name;
    main.replaceChildren(...SCREENS[name]!());
  }
  document.querySelector("#goes-on")?.toggleAttribute("hidden", pressed !== null && isOver(pressed));
  filmed.textContent = place ? film.line(say, clock, !isOpenly()) : "";
  heard.textContent = place && film.hears ? word(spoken(place.language), "film_heard") : "";
  heard.lang = place?.language ?? language;
  strip.textContent = place?.example === "yes" ? say("example") : "";
  const now = { place, standing, pressed, received, language, say, clock };
  const decided = place ? decisionsOf(now, () => go("consent")) : [];
  if (decided.map(outline).join() !== [...decisions.children].map(outline).join()) decisions.replaceChildren(...decided);
  const [tone, ...said] = linesOf(now);
  status.dataset["tone"] = tone;
  if (said.join("\n") === lines) return;
  lines = said.join("\n");
  status.replaceChildren(...said.map(line));
}

function outline(element: Element): string {
  return element.outerHTML;
}

/** A line with its telephone number, to be touched. */
function line(text: string): HTMLElement {
  const [before, after] = place?.call ? text.split(place.call) : [text];
  const number = place?.call ? make("a", { href: `tel:${place.call.replace(/[^+\d]/g, "")}` }, place.call) : "";
  return make("p", {}, ...(after === undefined ? [text] : [before!, number, after]));
}

function screenName(): string {
  if (standing.cut) return "cut";
  if (!place) return tooOld ? "old" : "enrol";
  return view || (pressed ? "pressed" : "ready");
}

const SCREENS: Record<string, () => Node[]> = {
  ...Object.fromEntries(HELPS.map((name) => [name, () => help.draw(name)])),
  ready: () => [
    make("h1", {}, place!.name),
    make("button", { id: "touch", onclick: touch }, make("strong", {}, say("touch")), make("span", {}, say("touch_hint"))),
    make("button", { id: "else", onclick: () => go("what") }, say("something_else")),
    make("button", { id: "film-open", onclick: () => go("film") }, say("film")),
  ],
  film: () => film.draw(say, () => go("")),
  pressed: () => [
    ...help.words(),
    ...commands(help.commands()),
    make("p", { className: "aside" }, say("log_staff_how")),
    make("div", { className: "actions" }, make("button", { id: "more", onclick: () => go("what") }, say("go_what")), back()),
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

function commands(texts: string[]): Node[] {
  return texts.length > 0 ? [make("ol", { id: "commands" }, ...texts.map((one) => make("li", {}, one)))] : [];
}

function back(): HTMLElement {
  const go = (): void => {
    pressed = null;
    view = "";
    help.forget();
    draw();
    document.querySelector<HTMLElement>("#touch")?.focus();
  };
  return make("div", {}, make("button", { id: "back", onclick: go }, say("back")), make("p", { id: "goes-on" }, say("back_hint")));
}

/** Whether what was pressed has been stood down since: nothing of it goes on. */
function isOver({ made, more }: Said): boolean {
  const mine = standing.alarms.filter(({ danger }) => isSameDanger(danger, more["danger"]!));
  const since = made.getTime() + standing.ahead;
  return mine.every(({ ended }) => ended) && mine.some(({ ended }) => Date.parse(ended!) > since);
}

// ---- beginning ---------------------------------------------------------------------------------

function show(next: Standing): void {
  standing = next;
  place = next.cut ? undefined : (next.place ?? place);
  const here = pressed?.id;
  if (here && handed && !received && !next.refused.includes(here) && !next.waiting.some(({ id }) => id === here)) {
    received = next.heard ?? new Date();
  }
  watchConsents();
  watchFilm();
  if (next.cut) film.forget();
  draw();
}

/** Whatever somebody looks at: that a yes was taken back or its time is over is on the screen at once (scenario 7). */
function watchConsents(): void {
  for (const { id, state } of consentsNow(standing)) {
    if (state === "stands") stood.add(id);
    if (state === "ended" && stood.delete(id)) go("consent");
  }
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
  const tell = (): void => {
    face.textContent = new Date().toLocaleTimeString(language, { timeStyle: "short", hourCycle: "h23" });
    watchConsents();
  };
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

/** A browser names the voices of its device only some time after it was asked. */
function watchVoices(): void {
  if (voices().length > 0 || !("speechSynthesis" in window)) return;
  speechSynthesis.addEventListener?.("voiceschanged", () => {
    screen = "";
    draw();
  });
}

/** A newer page takes over while nobody needs this one: it is looked for each hour, since this tablet is never closed. */
function keepUpToDate(): void {
  if (!("serviceWorker" in navigator)) return;
  let had = navigator.serviceWorker.controller !== null;
  let stale = false;
  const idle = (): boolean =>
    !pressed && !view && !film.report.on && standing.waiting.length === 0 && standing.alarms.every(({ ended }) => ended);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    stale = had;
    had = true;
  });
  navigator.serviceWorker.register("/door/worker.js").then(
    (found) => {
      const takeOver = (): void => {
        if (!idle()) return;
        if (stale) location.reload();
        found.waiting?.postMessage("take over");
      };
      setInterval(() => void found.update().catch(() => undefined), HOUR);
      setInterval(takeOver, MINUTE);
      takeOver();
    },
    () => undefined,
  );
}

/** A screen that goes dark shows nothing, and soon says nothing either. */
function stayAwake(): void {
  const hold = (): void => void navigator.wakeLock?.request("screen").catch(() => undefined);
  document.addEventListener("visibilitychange", () => void (document.visibilityState === "visible" && hold()));
  hold();
}

async function begin(): Promise<void> {
  keepUpToDate();
  stayAwake();
  void navigator.storage?.persist?.();
  for (const [name, words] of Object.entries(LANGUAGES)) {
    languages.append(make("button", { lang: name, onclick: () => chooseLanguage(name) }, words.language));
  }
  watchClock();
  watchVoices();
  place = await kept("place").catch(() => undefined);
  chooseLanguage((await kept("language").catch(() => undefined)) ?? language);
  let pair: CryptoKeyPair | null | undefined;
  while (pair === undefined) {
    pair = await keys().catch(() => undefined);
    if (pair === undefined) await new Promise((done) => setTimeout(done, NOT_RECEIVED));
  }
  tooOld = pair === null;
  draw();
  if (!pair) return;
  await film.begin();
  const line = new Link(pair, show, film);
  await line.start(place);
  begun(line);
}

void begin();
