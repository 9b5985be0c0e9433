/**
 * What is shown to whoever stands there, in the language of the receiving State, the biggest text on the screen; below it
 * the same for staff, in the tablet's own language, and a button that speaks it.
 */

import { blanks, type Now } from "./consents";
import { make } from "./page";
import type { Place } from "./store";
import { LANGUAGES, word, type Word } from "./words";

/** A language that this tablet has words of. */
export function spoken(name: string): string {
  return name in LANGUAGES ? name : "en";
}

/** of: a key of what the law says there (law/say). about: whose yes or no it is, who are addressed by it alone. */
export function sentence(place: Place, language: string, of: string, about?: Now): HTMLElement[] {
  const host = spoken(place.language);
  const parts = partsOf(place, host, of, about);
  const shown = make("h1", { id: "sentence", lang: place.language, tabIndex: -1 }, ...parts.map((part) => make("span", {}, part)));
  const gloss = make("p", { className: "gloss", lang: language }, partsOf(place, language, of, about).join(" "));
  return [shown, ...(language === host || !place.words ? [] : [gloss]), ...speaker(parts.join(" "), place, language)];
}

function partsOf(place: Place, language: string, of: string, about?: Now): string[] {
  const said = place.words?.[language]?.say;
  const text = said?.[of] ?? (of === place.first ? place.sentence : (said?.["open"] ?? place.sentence));
  if (!about) return [text];
  const filled = blanks(about, (name) => word(language, name), language);
  const scope = of === "admit_by_consent" ? [word(language, "consent_scope", filled)] : [];
  return [`${word(language, `whom_${about.whom}` as Word)}:`, text, ...scope];
}

/** Only where this device has a voice of its own for that language: no other is asked, since it would hear the words. */
function speaker(text: string, place: Place, language: string): HTMLElement[] {
  const voice = voices().find((one) => one.localService && one.lang.split(/[-_]/)[0] === place.language);
  if (!voice) return [];
  const speak = (): void => {
    speechSynthesis.cancel();
    speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(text), { voice, lang: voice.lang, rate: 0.9 }));
  };
  return [make("button", { id: "speak", onclick: speak }, word(language, "speak"))];
}

/** Those of this device; a browser names them only some time after it was asked first. */
export function voices(): readonly SpeechSynthesisVoice[] {
  return "speechSynthesis" in window ? speechSynthesis.getVoices() : [];
}
