"""Paragraphs on offer: what was said before, and what answers the other State. A person puts them into a note. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from inviolable.diplomacy.demands.firmer import Offer
from inviolable.diplomacy.drafting.quoting import (
    REPORT,
    TELLER,
    TRANSLATION,
    WORDS,
    beside,
    blank,
    spoken_in,
    with_report,
    with_translation,
)
from inviolable.diplomacy.terms import Content, Paragraph, Value
from inviolable.diplomacy.words.marks import keys
from inviolable.diplomacy.words.wording import Words

#: How the ids of those paragraphs and the keys of their marks begin.
PROTESTED, RECALLED, ASSURED, ANSWERED, FIRMER = "protested-", "recalled-", "assured-", "answered-", "firmer-"
BEGIN = (PROTESTED, RECALLED, ASSURED, ANSWERED, FIRMER)


def on_offer(
    name: str, text: str, told: Mapping[str, Mapping[str, str]], words: Mapping[str, Words], block: str, host: str = ""
) -> Offer:
    """The paragraph whose words are [text] `text`. name: its id; told: by mark, what it stands for in every language;
    a mark that is not told is a blank that a person fills. block: where it stands (plan.toml, each = "offer").
    host: the language at the door. Names such as `{The_government}` are filled when a note takes it."""
    texts = {language: table["text"][text] for language, table in words.items()}
    return _named(Paragraph(name, block, texts, numbered=True), told, words, host)


def _named(one: Paragraph, told: Mapping[str, Mapping[str, str]], words: Mapping[str, Words], host: str) -> Offer:
    """Its marks after its own id, and a mark for a translation beside words in another language."""
    marks = {mark for text in one.text.values() for mark in keys(text)}
    quoted, report = told.get("words", {}), told.get("report")
    texts = {}
    for language, text in one.text.items():
        own = text.replace("[[", f"[[{one.id}:")
        if said := quoted.get(language):
            own = with_translation(own, one.id + WORDS, language, words[language], spoken_in(said, words, host))
        if report:
            own = with_report(own, one.id + REPORT, language, report)
        texts[language] = own
    values = {f"{one.id}:{mark}": _value(f"{one.id}:{mark}", mark, told.get(mark), words) for mark in marks}
    if quoted or report:
        found = dict.fromkeys(words, "; ".join(dict.fromkeys(report.values()))) if report else {}
        values[beside(one.id + WORDS)] = blank(beside(one.id + WORDS), words, found)
    return Offer(replace(one, text=texts), values)


def _value(key: str, mark: str, told: Mapping[str, str] | None, words: Mapping[str, Words]) -> Value:
    if told:
        return Value(key, "confirmed", {one: (told[one],) if one in told else () for one in words})
    asks = {language: table["asks"].get(mark, mark) for language, table in words.items()}
    return Value(key, "unknown", dict.fromkeys(words, ()), asks)


def firmer(one: Offer, words: Mapping[str, Words], host: str) -> Offer:
    """Firmer wording as a paragraph that a note can take."""
    told = {key: {language: value.words[language][0] for language in words} for key, value in one.values.items()}
    return _named(one.paragraph, told, words, host)


def answer_to(statement: str) -> str:
    """How the ids begin of what answers a statement. statement: its key."""
    return f"{ANSWERED}{statement.removeprefix('claim-')}-"


def listed(items: Collection[str], words: Words) -> str:
    """`a, b and c`."""
    *first, last = items
    return words["cited"]["last"].join(filter(None, (", ".join(first), last)))


def taken_by(content: Content) -> list[Paragraph]:
    """What a note has of these."""
    return [one for one in content.paragraphs if one.id.startswith(BEGIN)]


def by_hand(key: str) -> bool:
    """Whether what a mark stands for was chosen or written for this note: it is no fact of its incident."""
    return key.startswith(BEGIN) or key.endswith((TRANSLATION, TELLER))


def blank_name(key: str, language: str) -> str:
    """What the field is called in which a person writes what such a mark stands for in one language."""
    return f"value-{key}-{language}"
