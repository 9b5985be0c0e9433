/**
 * What the tablet says to whoever uses it: words/ has a file for each language, and build.mjs brings all of them. Nothing
 * fills in a missing word but a person who speaks the language (tests/door/test_words.py lists what is missing).
 */

import type en from "./words/en.json";

export type Word = keyof typeof en;
declare const WORDS: Readonly<Record<string, Readonly<Record<Word, string>>>>;

/** Every language there is, in its own name. */
export const LANGUAGES: Readonly<Record<string, Readonly<Record<Word, string>>>> = WORDS;

/** The language to begin with: the browser's, where there is one of that name. */
export function ownLanguage(): string {
  return navigator.languages.map((one) => one.slice(0, 2)).find((one) => one in LANGUAGES) ?? "en";
}

/** A word in a language, with its blanks filled in. */
export function word(language: string, name: Word, blanks: Readonly<Record<string, string>> = {}): string {
  const said = LANGUAGES[language]![name];
  return said.replace(/\{(\w+)\}/g, (_, blank: string) => blanks[blank] ?? "");
}
