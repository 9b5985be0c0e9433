"""What people wrote into a note beside what its marks say, and the provisions that they named there. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from django.utils.translation import gettext as _

from inviolable.diplomacy.drafting.offered import by_hand
from inviolable.diplomacy.terms import Content, Value
from inviolable.diplomacy.words import marks
from inviolable.diplomacy.words.citations import Cited, cited, rests_on
from inviolable.sources.vocabulary import fold


class Named(NamedTuple):
    """The provisions that somebody named by hand, in the law as it is now. bears: those on which a text may rest;
    unread: those that no legal adviser has reviewed whole; remembered: those that were written down from memory;
    treaties: by their titles, in small letters without accents, what nobody has reviewed of those named as a whole."""

    bears: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()
    remembered: tuple[str, ...] = ()
    treaties: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    @property
    def waits(self) -> dict[str, None]:
        """All that waits for a review, by pinpoint."""
        return dict.fromkeys([*self.unread, *(cite for unread in self.treaties.values() for cite in unread)])


def typed(content: Content, language: str) -> Mapping[str, str]:
    """What somebody typed in each paragraph, and not what the mark of a finding says."""
    filled = {one.id: marks.fill(one.text.get(language, ""), content.values, language) for one in content.paragraphs}
    return {
        name: "".join(piece.words if _by_a_person(piece) else " … " for piece in pieces)
        for name, pieces in filled.items()
    }


def marked(content: Content) -> dict[str, Value]:
    """What the marks that stand in its words stand for. A mark that was taken off bears nothing any more."""
    texts = (one.text.get(language, "") for one in content.paragraphs for language in content.languages)
    said = {key for text in texts for key in marks.keys(text)}
    return {key: value for key, value in content.values.items() if key in said}


def all_typed(content: Content) -> list[str]:
    """The same of every paragraph, in every language."""
    return [text for language in content.languages for text in typed(content, language).values()]


def named_in(texts: Iterable[str], cites: Iterable[str]) -> list[str]:
    """Those provisions that texts name; of an article that is named as a whole, each of its own."""
    said = [one for text in texts for one in cited(text)]
    return [cite for cite in cites if any(rests_on(one, [cite]) for one in said)]


def named_whole(texts: Iterable[str], titles: Iterable[str]) -> list[str]:
    """Those titles of treaties, in small letters without accents, that stand in texts."""
    folded = [fold(text) for text in texts]
    return [title for title in titles if any(title in text for text in folded)]


def law_faults(text: str, law: Named, cites: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the law behind the provisions that a text names: as with the mark of a finding, but that a
    person may have written anything of them, so all of each must have been reviewed. cites: what the note rests on."""
    for one in (one for one in cited(text) if rests_on(one, cites)):
        if not rests_on(one, law.bears):
            told = _("“%(said)s”: by what is known now, nothing rests on it. Draft the note again, or take it out.")
            yield "outdated", told % {"said": one.said}
        if remembered := _of(one, law.remembered):
            told = _("“%(said)s”: %(provisions)s was only remembered (M). Have it verified, or leave it out.")
            yield "memory", told % {"said": one.said, "provisions": remembered}
        if unread := _of(one, law.unread):
            yield _unreviewed(one.said, unread)
    for title, waiting in law.treaties.items():
        if waiting and title in fold(text):
            yield _unreviewed(title, ", ".join(waiting))


def _unreviewed(said: str, provisions: str) -> tuple[str, str]:
    told = _("“%(said)s” is typed, and no legal adviser has reviewed all of %(provisions)s. Legal signs it.")
    return "unreviewed", told % {"said": said, "provisions": provisions}


def _of(one: Cited, cites: Iterable[str]) -> str:
    return ", ".join(cite for cite in cites if rests_on(one, [cite]))


def _by_a_person(piece: marks.Piece) -> bool:
    """Words that somebody typed, in the paragraph or into a blank of it."""
    return piece.kind == marks.TEXT or (piece.kind != marks.BLANK and by_hand(piece.key))
