/**
 * The page on which a visitor hands her clip over. It is sealed here; what is sent, and what the browser keeps meanwhile, is
 * sealed. The code may stand behind the # of the address, which no server sees.
 */

import { choice, make } from "../page";
import { LANGUAGES, ownLanguage, word, type Word } from "../words";
import { asText, shaOf, told, whom } from "./receipt";
import { sealField, sealFile, type Sealed } from "./seal";
import { give, NotTaken, openWay, type Head, type Way } from "./send";

/** Bytes of a file that are taken; characters of a name; how often a clip is sealed anew because the server asks for it. */
const MOST = 1_990_000_000;
const MOST_NAME = 200;
const ATTEMPTS = 3;
const MEDIA = /^[\w.+-]{1,60}\/[\w.+-]{1,60}/;

const main = document.querySelector("main")!;
const status = document.querySelector<HTMLElement>("#status")!;
const languages = document.querySelector<HTMLElement>("#languages")!;

type Screen = "code" | "ask" | "no" | "busy" | "broken" | "done" | "old";

let language = ownLanguage();
let screen: Screen = "code";
let code = decodeURIComponent(location.hash.slice(1));
let way: Way | null = null;
let consent: "" | "yes" | "no" = "";
/** What is wrong, as a word and its blanks. */
let fault: [Word, Record<string, string>] | null = null;
/** What is being done, from 0 to 1. */
let doing: ["clip_sealing" | "clip_sending", number] = ["clip_sealing", 0];
/** What was sealed and has not arrived: sent again as it is. */
let ready: { readonly head: Head; readonly sealed: Sealed } | null = null;
/** SHA-256 of what this page sealed last: a receipt of something else is somebody else's. */
let mine = "";

/** These stay what they are, whatever language the page is in. */
const typed = make("input", { id: "code", type: "text", maxLength: 20, autocomplete: "off", spellcheck: false, required: true });
const chosen = make("input", { id: "file", type: "file", accept: "video/*,image/*,audio/*" });
const named = make("input", { id: "name", type: "text", maxLength: MOST_NAME, autocomplete: "off" });
typed.autocapitalize = "characters";
typed.setAttribute("aria-describedby", "code-hint");
named.setAttribute("aria-describedby", "name-hint");

const say = (name: Word, blanks?: Record<string, string>): string => word(language, name, blanks);
const clock = (text: string): string => new Date(text).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });

// ---- what she does -----------------------------------------------------------------------------

async function enter(): Promise<void> {
  code = typed.value.replace(/[^A-Za-z0-9]/g, "");
  fault = null;
  try {
    way = await openWay(code);
    go(way.receipt ? "done" : "ask");
  } catch (error) {
    wrong(error);
    go("code");
  }
}

async function handOver(): Promise<void> {
  if (consent === "no") return go("no");
  const file = chosen.files?.[0];
  const missing: Word | "" = !file ? "clip_need_file" : !file.size ? "clip_empty" : !consent ? "clip_need_consent" : "";
  fault = missing ? [missing, {}] : file!.size > MOST ? ["clip_fault_large", {}] : null;
  if (!fault) return send(file!);
  draw();
  main.querySelector<HTMLElement>(missing === "clip_need_consent" ? "[name=consent]" : "#file")!.focus();
}

/** Seal it, where that was not done, and send it. What the server cannot take as it is, is sealed anew. */
async function send(file: File): Promise<void> {
  fault = null;
  go("busy");
  try {
    for (let attempt = 1; way && !way.receipt; attempt++) {
      try {
        ready ??= await sealed(file, way);
        way = { ...way, receipt: await give(code, ready.head, ready.sealed, (part) => progress("clip_sending", part)) };
      } catch (error) {
        if (!(error instanceof NotTaken) || !["again", "damaged"].includes(error.why) || attempt >= ATTEMPTS) throw error;
        ready = null;
        way = await openWay(code);
      }
    }
    ready = null;
    go("done");
  } catch (error) {
    wrong(error);
    go("broken");
  }
}

/** It may have arrived although nobody said so: ask first. */
async function sendAgain(): Promise<void> {
  fault = null;
  go("busy");
  try {
    const now = await openWay(code);
    if (now.exhibit !== ready?.head.exhibit) ready = null;
    way = now;
    await send(chosen.files![0]!);
  } catch (error) {
    wrong(error);
    go("broken");
  }
}

async function sealed(file: File, { exhibit, recipient }: Way): Promise<{ head: Head; sealed: Sealed }> {
  const box = (field: string, value: string) => sealField(field, exhibit!, value.slice(0, MOST_NAME), recipient!);
  const name = named.value.trim();
  const head: Head = {
    exhibit: exhibit!,
    language,
    media: MEDIA.exec(file.type)?.[0] ?? "",
    ...(file.name ? { name: await box("name", file.name) } : {}),
    ...(name ? { giver: await box("giver", name) } : {}),
  };
  const made = await sealFile(file, recipient!, (part) => progress("clip_sealing", part));
  mine = made.sha256;
  return { head, sealed: made };
}

function wrong(error: unknown): void {
  const said = error instanceof NotTaken ? error.why : "unreadable";
  const why = said === "broken" && !way ? "no_line" : said;
  const name = `clip_fault_${why}`;
  fault = [name in LANGUAGES["en"]! ? (name as Word) : "clip_fault_later", { time: way ? clock(way.until) : "" }];
}

function progress(what: typeof doing[0], part: number): void {
  doing = [what, part];
  const bar = main.querySelector("progress");
  if (!bar) return;
  bar.value = part;
  main.querySelector("#doing")!.textContent = doingWords();
}

const doingWords = (): string => say(doing[0], { percent: String(Math.floor(doing[1] * 100)) });

// ---- what is shown -----------------------------------------------------------------------------

function go(next: Screen): void {
  screen = next;
  doing = ["clip_sealing", 0];
  draw();
  if (!fault) main.querySelector<HTMLElement>("h1")?.focus();
}

function draw(): void {
  document.documentElement.lang = language;
  document.title = say("clip_title");
  document.querySelector("#strip")!.textContent = strip();
  languages.replaceChildren(
    ...Object.entries(LANGUAGES).map(([name, words]) => {
      const button = choice(words.language, name === language, () => speak(name));
      button.lang = name;
      return button;
    }),
  );
  status.replaceChildren(...(fault ? [make("p", {}, say(...fault))] : []));
  status.dataset["tone"] = fault ? "bad" : "";
  main.replaceChildren(...SCREENS[screen]());
  if (fault) status.focus();
}

function speak(name: string): void {
  language = name;
  draw();
  languages.querySelector<HTMLElement>(`[lang="${name}"]`)?.focus();
}

const strip = (): string => (!way || way.mark === "actual" ? "" : say(way.mark === "example" ? "example" : "clip_drill"));
const title = (name: Word): HTMLElement => make("h1", { tabIndex: -1 }, say(name));

function field(input: HTMLInputElement, label: Word, hint?: Word): HTMLElement {
  const parts: Node[] = [make("label", { htmlFor: input.id }, say(label))];
  if (hint) parts.push(make("span", { id: `${input.id}-hint`, className: "aside" }, say(hint)));
  return make("p", { className: "field" }, ...parts, input);
}

function form(send: () => void, words: Word, ...inside: Node[]): HTMLElement {
  const made = make("form", { noValidate: true }, ...inside, make("button", { className: "go" }, say(words)));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  return made;
}

function answer(value: "yes" | "no", words: Word): HTMLElement {
  const input = make("input", { type: "radio", name: "consent", value, checked: consent === value });
  input.addEventListener("change", () => (consent = value));
  return make("label", { className: "answer" }, input, say(words));
}

const SCREENS: Readonly<Record<Screen, () => Node[]>> = {
  code: () => [title("clip_title"), form(() => void enter(), "clip_go_on", field(typed, "clip_code", "clip_code_hint"))],
  ask: () => [
    title("clip_title"),
    make("p", { className: "post" }, way!.post),
    make("h2", {}, say("clip_what_title")),
    make("ul", { className: "what" }, ...say("clip_what").split("|").map((one) => make("li", {}, one))),
    form(
      () => void handOver(),
      "clip_send",
      field(chosen, "clip_file"),
      make("fieldset", {}, make("legend", {}, say("clip_consent")), answer("yes", "clip_yes"), answer("no", "clip_no")),
      field(named, "clip_name", "clip_name_hint"),
    ),
  ],
  no: () => [title("clip_said_no"), make("p", {}, say("clip_said_no_more"))],
  busy: () => {
    const bar = make("progress", { max: 1, value: doing[1] });
    bar.setAttribute("aria-labelledby", "doing");
    return [title("clip_busy"), make("p", { id: "doing" }, doingWords()), bar, make("p", {}, say("clip_keep_open"))];
  },
  broken: () => [title("clip_broken"), make("button", { className: "go", onclick: () => void sendAgain() }, say("clip_once_more"))],
  done: () => {
    const receipt = way!.receipt!;
    const rows = told(language, receipt).map(([what, value]) => make("div", {}, make("dt", {}, what), make("dd", {}, value)));
    const file = new Blob([asText(language, way!, receipt)], { type: "text/plain;charset=utf-8" });
    const link = make("a", { className: "go", href: URL.createObjectURL(file), download: `receipt-${receipt.clip}.txt` });
    link.append(say("clip_save"));
    const isMine = shaOf(receipt) === mine;
    return [
      title(isMine ? "clip_done" : "clip_came"),
      ...(isMine ? [] : [make("p", {}, say("clip_came_more"))]),
      make("dl", { id: "receipt" }, ...rows),
      link,
      make("p", {}, say("clip_keep")),
      make("p", {}, whom(language, way!)),
    ];
  },
  old: () => [title("old_title"), make("p", {}, say("clip_old"))],
};

if (!isSecureContext || !globalThis.TransformStream || !Blob.prototype.arrayBuffer) go("old");
else {
  typed.value = code;
  draw();
  if (code) void enter();
}
addEventListener("beforeunload", (event) => {
  if (screen === "busy") event.preventDefault();
});
