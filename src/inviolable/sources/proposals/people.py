"""Who somebody is that a text names: one of the post, one of those at the door, somebody else, or no person at all."""

from __future__ import annotations

from typing import Literal

from .grammar import grammar_of
from .language import Language

Class = Literal["staff", "actor", "other", ""]
HEADS: tuple[Class, ...] = ("other", "actor", "staff")
#: So many characters before `one of them` may tell of whom.
FAR = 400


def class_of(speaker: str, language: Language, before: str = "") -> Class:
    """Whether a speaker is staff of the post, one of those at the door or somebody else; "" where one cannot tell.

    before: the text before, which tells who `one of them` is, if it speaks of several at the door and of no others.
    """
    if language.pattern("{several_of}").fullmatch(speaker):
        many = language.pattern("{actor_many}")
        of_them = language.pattern("{of_them}").fullmatch(speaker) and _only_actors(before[-FAR:], language)
        return "actor" if many.search(speaker) or of_them else ""
    cut = language.pattern("{preposition}").split(speaker, maxsplit=1)[0].strip()
    if language.pattern("{actor_phrase}").search(cut):
        return "actor"
    found = [(one, kind) for kind in HEADS for one in language.pattern("{" + kind + "_head}").finditer(cut)]
    if not found:
        return ""
    # The head stands first in Spanish, last in English.
    first = language.tables["speakers"]["head"] == "first"
    kind = min(found, key=lambda pair: pair[0].start() if first else -pair[0].end())[1]
    return "" if kind == "staff" and language.pattern("{outsider}").search(speaker) else kind


def _only_actors(text: str, language: Language) -> bool:
    """Whether a stretch of text speaks of several at the door and of several others nowhere."""
    others = (one[0] for one in language.pattern("{staff_head}").finditer(text))
    several = language.pattern("{actor_many}").search(text) is not None
    return several and not any(map(grammar_of(language).many.fullmatch, others))


def is_body(speaker: str, language: Language) -> bool:
    """Whether a speaker is a ministry, a newspaper or the like, and no person."""
    cut = language.pattern("{preposition}").split(speaker, maxsplit=1)[0]
    heads = list(language.pattern("{heads}").finditer(cut))
    if not heads:
        return False
    head = heads[0 if language.tables["speakers"]["head"] == "first" else -1]
    return grammar_of(language).body.fullmatch(head[0]) is not None
