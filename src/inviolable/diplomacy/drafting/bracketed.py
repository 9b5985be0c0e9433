"""Paragraphs as somebody edits them: in the double brackets of each mark stands what it says. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from inviolable.diplomacy.drafting.offered import by_hand
from inviolable.diplomacy.terms import Value
from inviolable.diplomacy.words.marks import BLANK, TEXT, Piece, fill, keys

BRACKETED = re.compile(r"\[\[(.*?)\]\](?!\])", re.S)


def shown(text: str, values: Mapping[str, Value], language: str) -> str:
    """A paragraph for its field."""
    pieces = fill(text, values, language)
    return "".join(one.words if one.kind == TEXT else f"[[{_within(one)}]]" for one in pieces)


def taken(text: str, values: Mapping[str, Value], language: str, near: str) -> tuple[str, list[str]]:
    """What `shown` gave, after somebody edited it, with its marks again; and what is wrong with what is in brackets.

    near: the text before, whose marks come first where two say the same; then facts, before what a person chose or
    wrote. Keys in brackets are marks as well.
    """
    left, faults = keys(near), list[str]()
    said = {key: _plain_space(_within(fill(f"[[{key}]]", values, language)[0])) for key in (*left, *values)}

    def mark(found: re.Match[str]) -> str:
        words = _plain_space(found[1])
        same = [key for key in said if said[key] == words]
        before = [key for key in left if key in same] or [key for key in keys(near) if key in same]
        facts = [key for key in same if not by_hand(key)]
        meant = before[:1] or facts or same or [key for key in values if key == words]
        if len(meant) == 1:
            if meant[0] in left:
                left.remove(meant[0])
            return f"[[{meant[0]}]]"
        if meant:
            which = ", ".join(f"[[{key}]]" for key in meant)
            told = _("[[%(said)s]] is said by several facts of this note. Write which one you mean: %(which)s.")
            faults.append(told % {"said": found[1], "which": which})
        else:
            told = _("[[%(said)s]] is no fact of this note. Leave facts in brackets alone, or write it out.")
            faults.append(told % {"said": found[1]})
        return found[0]

    return BRACKETED.sub(mark, text), faults


def _within(piece: Piece) -> str:
    return piece.words[1:-1] if piece.kind == BLANK else piece.words


def _plain_space(words: str) -> str:
    return " ".join(words.split())
