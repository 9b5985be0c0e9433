"""Text with marks, `[[key]]`, filled: each mark shows its fact, or a blank that says what is missing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inviolable.diplomacy.terms import Content, Value
from inviolable.diplomacy.words.wording import wording

#: A key begins with a letter or digit: `[[entered]]`, `[[entered:act]]`, `[[vccr-31-3]]`, `[[event.date]]`.
MARK = re.compile(r"\[\[([a-z0-9][A-Za-z0-9_.:-]*)\]\]")
#: What a stretch of a paragraph is. A blank stands where something is missing or contested.
TEXT, VALUE, BLANK = "text", "value", "blank"


@dataclass(frozen=True)
class Piece:
    """A stretch of a filled paragraph. key: of the mark that it stands for, "" for plain text."""

    kind: str
    words: str
    key: str = ""


def keys(text: str) -> list[str]:
    """The marks of a text, in order, each as often as it stands there."""
    return MARK.findall(text)


def fill(text: str, values: Mapping[str, Value], language: str) -> tuple[Piece, ...]:
    """A paragraph's text in one language, cut at its marks."""
    return tuple(_pieces(text, values, language))


def plain(content: Content, language: str) -> dict[str, str]:
    """By its id, each paragraph as somebody reads it in one language; one without words in it is left out."""
    told = ((one.id, one.text.get(language, "")) for one in content.paragraphs)
    return {name: "".join(piece.words for piece in fill(text, content.values, language)) for name, text in told if text}


def _pieces(text: str, values: Mapping[str, Value], language: str) -> Iterator[Piece]:
    for number, stretch in enumerate(MARK.split(text)):
        if number % 2:
            yield _filled(stretch, values.get(stretch), language)
        elif stretch:
            yield Piece(TEXT, stretch)


def _filled(key: str, value: Value | None, language: str) -> Piece:
    """A blank is in brackets, so that nobody who prints it in black and white can overlook it."""
    said = wording(language)["blanks"]
    if value is None:
        return Piece(BLANK, said["no_fact"].format(key=key), key)
    words = value.words.get(language, ())
    if value.state == "confirmed" and len(words) == 1:
        return Piece(VALUE, words[0], key)
    if value.state == "contested" and words:
        return Piece(BLANK, said["contested"].format(values=" / ".join(words)), key)
    return Piece(BLANK, said["unknown"].format(what=value.asks.get(language) or key), key)
