/**
 * What the tablet says to whoever uses it, a file for each language. A language with a word missing is not offered:
 * nothing fills it in but a person who speaks it (tests/door/test_words.py lists what is missing).
 */

import en from "./words/en.json";
import es from "./words/es.json";

export type Word = keyof typeof en;

/** Every language there is, in its own name. */
export const LANGUAGES: Readonly<Record<string, Readonly<Record<Word, string>>>> = { en, es };

/** The language to begin with: the browser's, where there is one of that name. */
export function ownLanguage(): string {
  return navigator.languages.map((one) => one.slice(0, 2)).find((one) => one in LANGUAGES) ?? "en";
}

/** A word in a language, with its blanks filled in. */
export function word(language: string, name: Word, blanks: Readonly<Record<string, string>> = {}): string {
  const said = LANGUAGES[language]![name];
  return said.replace(/\{(\w+)\}/g, (_, blank: string) => blanks[blank] ?? "");
}
