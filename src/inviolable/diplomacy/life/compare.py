"""What changed between two versions of a note, paragraph by paragraph and word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from inviolable.diplomacy.terms import Content
from inviolable.diplomacy.words import marks

SAME, GONE, NEW = "same", "gone", "new"
#: What stands above the paragraphs, by the name of its field.
HEAD = ("sender", "addressee", "place", "date")
#: From how many words and gaps of both together on they are not cut, but shown one after the other.
MOST = 8000
#: How a paragraph can be another one though it reads the same: which facts its words are bound to, what it is for, what
#: it demands, its number, its place.
OTHERWISE = ("marks", "block", "demand", "numbered", "order")
_WORDS = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Change:
    """A paragraph, or a field of HEAD, that reads otherwise in a language ("" for all). pieces: (how, words).

    of: of OTHERWISE where it is not the words; "" for the words.
    """

    where: str
    language: str
    pieces: tuple[tuple[str, str], ...]
    of: str = ""


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """What a reader of the first has to read in the second, in its order; what was taken out comes last."""
    return tuple(_changes(before, after))


def _changes(before: Content, after: Content) -> Iterator[Change]:
    for name in HEAD:
        old, new = _head(before, name), _head(after, name)
        for language in dict.fromkeys([*new, *old]):
            yield from _change(name, language, old.get(language, ""), new.get(language, ""))
    for language in dict.fromkeys([*after.languages, *before.languages]):
        was, now = marks.plain(before, language), marks.plain(after, language)
        for paragraph in dict.fromkeys([*now, *was]):
            yield from _change(paragraph, language, was.get(paragraph, ""), now.get(paragraph, ""))
    yield from _otherwise(before, after)


def _otherwise(before: Content, after: Content) -> Iterator[Change]:
    """What the words alone do not show of those that stand in both."""
    was = {one.id: one for one in before.paragraphs}
    for one in after.paragraphs:
        if (old := was.get(one.id)) is None:
            continue
        for language in after.languages:
            old_bound, new_bound = (
                " ".join(map("[[{}]]".format, marks.keys(it.text.get(language, "")))) for it in (old, one)
            )
            yield from _change(one.id, language, old_bound, new_bound, of="marks")
        yield from _change(one.id, "", old.block, one.block, of="block")
        yield from _change(one.id, "", old.demand, one.demand, of="demand")
        old_number, new_number = ("1." if it.numbered else "" for it in (old, one))
        yield from _change(one.id, "", old_number, new_number, of="numbered")
    now = {one.id for one in after.paragraphs}
    old_order = " ".join(one.id for one in before.paragraphs if one.id in now)
    yield from _change("", "", old_order, " ".join(one.id for one in after.paragraphs if one.id in was), of="order")


def _head(content: Content, name: str) -> Mapping[str, str]:
    told = getattr(content, name)
    return {"": told} if isinstance(told, str) else told


def _change(where: str, language: str, old: str, new: str, of: str = "") -> Iterator[Change]:
    if old != new:
        yield Change(where, language, tuple(pieces(old, new)), of)


def pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The words of both, cut where they differ; those of the first before those that stand in their place. A gap
    between two changes belongs to both, so that words of the one never stand among those of the other."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    if len(a) + len(b) > MOST:
        a, b = [old], [new]
    gone = came = ""
    # What is frequent in a long text (a gap, an article) begins no match: with it the time grows with the cube.
    for what, i, j, k, m in SequenceMatcher(None, a, b, autojunk=True).get_opcodes():
        was, now = "".join(a[i:j]), "".join(b[k:m])
        if what == "equal" and (was.strip() or not (gone or came)):
            yield from _cut(gone, came)
            yield SAME, was
            gone = came = ""
        else:
            gone, came = gone + was, came + now
    yield from _cut(gone, came)


def _cut(gone: str, came: str) -> Iterator[tuple[str, str]]:
    if gone:
        yield GONE, gone
    if came:
        yield NEW, came
