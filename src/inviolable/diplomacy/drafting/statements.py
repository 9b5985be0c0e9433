"""What organs of the receiving State said of an incident, and what of it a note quotes unless somebody chooses. Pure.

A lawyer quotes the other State's own statement, each organ once for a day, where it bears on what happened. What a
newspaper makes of it is its own words: it can be added, with whose report it is, and is in no draft by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from inviolable.diplomacy.drafting.speakers import PRESS, publisher
from inviolable.incidents.fold import IncidentState, known_by
from inviolable.incidents.terms import Claim
from inviolable.law.vocabulary import vocabulary
from inviolable.sources.drafts import FEWEST_WORDS
from inviolable.sources.sets import allows
from inviolable.sources.shelf import Shelf, shelf, stands
from inviolable.sources.terms import DAY
from inviolable.sources.values import normal
from inviolable.sources.voices import Voice, voice_in

THEIRS = "receiving_organ"


@dataclass(frozen=True)
class Statement:
    """Some words of one voice. key: `claim-12`, after the entry of the first claim in them.

    called: the speaker as told; day: on which it was said; secondhand: the kind of the document that has it, "" for the
    organ's own; reported: who put that out, "" where no note names them; bears: on which law facts; against: whether it
    says otherwise than a confirmed fact; indirect: whether the words are not theirs, and told as what they said.
    """

    key: str
    claim: str
    seq: int
    voice: Voice
    called: str
    day: date
    words: str
    secondhand: str
    reported: str
    bears: frozenset[str] = field(default_factory=frozenset)
    against: bool = False
    indirect: bool = False


def claims_of(state: IncidentState, part: str, as_of: str) -> list[Claim]:
    """What was said of a part by a day; of a document only what a person confirmed."""
    confirmed = {one.id for one in shelf(state.timeline).claims.values() if stands(one)}
    told = (one for one in state.claims.values() if one.part == part and known_by(one.happened, as_of))
    return [one for one in told if not one.record or one.id in confirmed]


def statements(state: IncidentState, part: str, as_of: str = "") -> list[Statement]:
    """Everything that organs of the receiving State said of a part by a day, each text of each voice once.

    A word or two is no statement.
    """
    known, found = shelf(state.timeline), dict[tuple[str, str], Statement]()
    for one in claims_of(state, part, as_of):
        voice = voice_of(state, one)
        if len(one.said.split()) >= FEWEST_WORDS and voice.kind == THEIRS:
            first = found.setdefault((one.voice, one.said), _statement(one, voice, known))
            against = first.against or _against(one, state.confirmed(part).get(one.key, ()))
            found[one.voice, one.said] = replace(first, bears=first.bears | bears_on(one).keys(), against=against)
    return list(found.values())


def voice_of(state: IncidentState, claim: Claim) -> Voice:
    """Whose statement a claim is."""
    return voice_in(claim.voice, "", state.opened.get("sending", ""), state.opened.get("receiving", ""))


def quoted(found: list[Statement]) -> list[str]:
    """The keys of those that a draft quotes: of each organ on each day the one that bears on most."""
    best: dict[tuple[str, date], Statement] = {}
    for one in found:
        if not one.secondhand and one.bears:
            before = best.setdefault((one.voice.id, one.day), one)
            if len(one.bears) > len(before.bears):
                best[one.voice.id, one.day] = one
    return [one.key for one in sorted(best.values(), key=lambda one: (one.day, one.seq))]


def _statement(claim: Claim, voice: Voice, known: Shelf) -> Statement:
    dated, source = known.claims.get(claim.id), known.sources.get(claim.record)
    day = claim.happened.start.astimezone(ZoneInfo(claim.happened.zone or "UTC")).date()
    if dated and DAY.match(dated.as_of):
        day = date.fromisoformat(dated.as_of[:10])
    secondhand = source.kind if source and source.kind != THEIRS else ""
    told: dict[str, Any] = {
        "secondhand": secondhand,
        "reported": publisher(source) if secondhand else _paper(claim),
        "indirect": claim.indirect,
    }
    return Statement(f"claim-{claim.seq}", claim.id, claim.seq, voice, claim.voice, day, claim.said, **told)


def _paper(claim: Claim) -> str:
    """The newspaper or agency that something not said in their words was found in, where our data files name it."""
    paper = voice_in(claim.source) if claim.indirect and claim.source else None
    return claim.source if paper and paper.kind == PRESS and paper.id != PRESS else ""


def _against(claim: Claim, confirmed: Iterable[str]) -> bool:
    known = set(confirmed)
    return bool(known) and (claim.value in known) == (claim.polarity == "denies")


def bears_on(claim: Claim) -> dict[str, list[str]]:
    """The law facts that a claim says something of, each with the values that it leaves."""
    if claim.key in vocabulary().facts:
        return {claim.key: [claim.value] if claim.polarity == "affirms" else []}
    return {
        key: list(left)
        for key, left in allows(normal(claim.key, claim.value, denied=claim.polarity == "denies")).items()
    }
