"""Words that a note quotes in another language than its own: beside them stands a translation, which a person writes.

A translation is marked as ours, since whoever was quoted never said it so. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import partial

from inviolable.diplomacy.terms import Value
from inviolable.diplomacy.words.wording import Words
from inviolable.incidents.wording import example_words, in_each_language
from inviolable.sources.tongue import likelier

#: How the key ends of what stands beside words, of the words, of who said them, and of what a person writes for that.
TRANSLATION, WORDS, VOICE, TELLER = ":translation", ":words", ":voice", ":teller"
#: And of what was said in words that are not theirs.
REPORT = ":report"
#: In which language words are where they do not tell: nobody writes a note in it.
OTHER = "und"


def spoken_in(said: str, words: Mapping[str, Words], host: str) -> str:
    """The language of some words, of those that a note has and the one spoken at the door."""
    return likelier(said, dict.fromkeys((*words, host or OTHER))) or host or OTHER


def beside(key: str, what: str = TRANSLATION) -> str:
    """The key of the translation of the words of that key, or of another blank: of `assault:words`,
    `assault:translation`."""
    return key.removesuffix(WORDS).removesuffix(REPORT) + what


def reported_in(said: str, languages: Collection[str]) -> dict[str, str]:
    """What was said in words that are not theirs, by the languages that it is told in; of the worked example in all."""
    found = in_each_language(partial(example_words, said))
    if len(set(found.values())) == 1 and (written := likelier(said, languages)):
        return {written: said}
    return {language: found.get(language, said) for language in languages}


def with_report(text: str, key: str, language: str, told: Collection[str]) -> str:
    """A paragraph's text in one language. told: the languages that it is told in; in others a person writes it."""
    return text if language in told else text.replace(f"[[{key}]]", f"[[{beside(key)}]]")


def with_translation(text: str, key: str, language: str, words: Words, spoken: str) -> str:
    """A paragraph's text in one language, with a mark for the translation after those words. spoken: their language."""
    if spoken == language:
        return text
    added = words["cited"]["translated"].replace("[[translation]]", f"[[{beside(key)}]]")
    return re.sub(rf"\[\[{re.escape(key)}\]\][»”]?", lambda said: said[0] + added, text)


def blank(
    key: str, words: Mapping[str, Words], found: Mapping[str, str] | None = None, what: str = "translation"
) -> Value:
    """What a person is to write, of [asks]. found: by language, words on file that may be a translation."""
    asks = {}
    for language, table in words.items():
        asks[language] = table["asks"][what]
        if found and (said := found.get(language)):
            asks[language] = table["asks"]["on_file"].format(what=table["asks"][what], words=said)
    return Value(key, "unknown", dict.fromkeys(words, ()), asks)
