"""Firmer wording for the next note, in every language, as data (firmer/*.toml). It is offered; a person takes it.

An offer is a paragraph with marks like those of a draft, so a draft can take it as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from inviolable.diplomacy.terms import Paragraph, Value
from inviolable.law.lawfile import LANGUAGES

MARK = re.compile(r"\[\[([a-z]+)\]\]")


@dataclass(frozen=True)
class Offer:
    """A paragraph, and what its marks stand for."""

    paragraph: Paragraph
    values: Mapping[str, Value]

    def words(self, language: str) -> str:
        """It as it would read."""
        said = {key: value.words[language][0] for key, value in self.values.items()}
        return MARK.sub(lambda mark: said[mark[1]], self.paragraph.text[language])


@cache
def wording(language: str) -> Mapping[str, str]:
    """What is offered, by its occasion."""
    text = (files(__package__) / "firmer" / f"{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


def offer(occasion: str, told: Mapping[str, Mapping[str, str]], of: str = "") -> Offer:
    """The wording for an occasion. told: what the record says, by mark and language; of: what one of several is of."""
    texts = {language: wording(language)[occasion] for language in LANGUAGES}
    marks = sorted({mark for text in texts.values() for mark in MARK.findall(text)})
    values = {
        mark: Value(mark, "confirmed", {language: (told[mark][language],) for language in LANGUAGES}) for mark in marks
    }
    return Offer(Paragraph("-".join(filter(None, ("firmer", occasion, of))), "free", texts, numbered=True), values)
