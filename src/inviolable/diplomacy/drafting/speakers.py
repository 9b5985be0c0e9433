"""Whom a note names as whose word something is: organs of either State and publishers, and never anybody else. Pure.

Whoever was there told a post of ours, and not the other State, which could find them by a name or by what they do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from inviolable.diplomacy.words.naming import NAME, SHORT, states_in
from inviolable.diplomacy.words.phrases import LANGUAGES, pattern
from inviolable.diplomacy.words.wording import Words, wording
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Claim
from inviolable.sources.naming import labels
from inviolable.sources.shelf import Shelf, Source, shelf_of
from inviolable.sources.vocabulary import fold
from inviolable.sources.voices import ORGANS, Voice, voice_in

#: Kinds of document whose publisher may be named; and of voice, where our data files have words for it.
PUBLISHED = ("press", *ORGANS)
NAMED = (*PUBLISHED, "recording", "document")
#: Kinds of voice that are somebody who told us.
PEOPLE = ("eyewitness", "unknown")
#: The voice of any newspaper.
PRESS = "press"
#: What organs of both States are called, each by language.
Organs = Sequence[Mapping[str, str]]
#: What stands before the name of a place.
AT = re.compile(r"\b(?:in|at|near|outside|en)\s+$")


def publisher(source: Source | None) -> str:
    """Who put a document out, where that may be said."""
    return source.about("publisher") if source and source.kind in PUBLISHED else ""


def told_by(state: IncidentState, claim: Claim, organs: Organs, words: Words, language: str) -> str:
    """Whose word a claim is, as a note says it: the voice, or what shows it, or who published it, where these may be
    named; else what they are by what the file says of their kind; "" where it says nothing."""
    source = shelf_of(state).sources.get(claim.record)
    if known := _named(state, claim, organs, language) or publisher(source):
        return known
    kinds = [_voice(state, told).kind for told in (claim.voice, claim.source) if told]
    return kind_words("eyewitness" if "eyewitness" in kinds else source.kind if source else "", words, language)


def sources_of(state: IncidentState, claims: Iterable[Claim]) -> set[str]:
    """Who told us some claims, as the file has it: whoever put the document out, else the voice, else what shows it."""
    shelved = shelf_of(state).sources
    told = (
        (one.record in shelved and shelved[one.record].about("publisher"))
        or (one.voice and _voice(state, one.voice).id)
        or one.source
        or one.record
        for one in claims
    )
    return set(filter(None, told))


def _named(state: IncidentState, claim: Claim, organs: Organs, language: str) -> str:
    for told in filter(None, (claim.voice, claim.source)):
        for organ in organs:
            if fold(told) in map(fold, organ.values()):
                return organ.get(language, told)
        voice, known = _voice(state, told), labels(language)["voices"]
        # What is said to be a report may be one by telephone.
        if voice.id in known and (voice.kind in NAMED if voice.id != PRESS else told == claim.voice):
            return str(known[voice.id])
    return ""


def kind_words(kind: str, words: Words, language: str) -> str:
    """What a document or somebody is by its kind alone, "" where that tells nothing."""
    if kind == "eyewitness":
        return words["cited"]["witness"]
    return str(labels(language)["voices"][kind]) if kind in (PRESS, "recording") else ""


def names_of_sources(state: IncidentState, known: Shelf, organs: Organs) -> frozenset[str]:
    """The names in what the file has of whoever told it: of people and of what nobody described, of eyewitnesses also
    where a newspaper names them."""
    called = (words for one in organs for words in one.values())
    ours = _words(" ".join([*called, *(one.place for one in state.parts.values()), *_publishers(known)]))
    told = dict.fromkeys(_who_told(state, known))
    return frozenset(name for one in told for name in _names(one, ours))


def _who_told(state: IncidentState, known: Shelf) -> Iterator[str]:
    """How the file calls whoever may be a person."""
    for one in state.claims.values():
        public = one.record in known.sources and known.sources[one.record].kind in PUBLISHED
        speakers = known.claims[one.id].speakers if one.id in known.claims else ()
        for told in filter(None, (one.voice, one.source, *speakers)):
            if (kind := _voice(state, told).kind) in PEOPLE and not (public and kind == "unknown"):
                yield told
    for source in known.sources.values():
        if source.kind in PEOPLE:
            yield from (source.about("publisher"), source.about("author"))
    for exhibit in state.exhibits.values():
        if (giver := exhibit.body.get("from", "")) and _voice(state, giver).kind in PEOPLE:
            yield giver


def _names(told: str, ours: Collection[str]) -> Iterator[str]:
    """Of `Ana Torres, visitor` the whole and the last name; of a word that our own texts use, nothing."""
    for said in NAME.finditer(told):
        first, *others = [one for one in said[0].split() if one[0].isupper()]
        strange = [one for one in (first, *others) if not (_is_known(one) or fold(one) in ours)]
        if others and strange:
            yield said[0]
        elif AT.search(told, 0, said.start()):
            continue
        yield from (one for one in strange if len(one) > SHORT and (one != first or not others))


@lru_cache(maxsize=10_000)
def _is_known(word: str) -> bool:
    """Whether a word with a capital is one of States, of organs and offices, or of our own texts."""
    known = (pattern(one, name).search(word) for one in LANGUAGES for name in ("capitals_not", "offices"))
    return fold(word) in _our_words() or any(known) or any(states_in(word, one) for one in LANGUAGES)


@cache
def _our_words() -> frozenset[str]:
    return frozenset().union(
        *(_words(said) for language in LANGUAGES for table in wording(language).values() for said in table.values())
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", fold(text)))


def _publishers(known: Shelf) -> Iterator[str]:
    return filter(None, map(publisher, known.sources.values()))


def _voice(state: IncidentState, told: str) -> Voice:
    return voice_in(told, "", state.opened.get("sending", ""), state.opened.get("receiving", ""))
