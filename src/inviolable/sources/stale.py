"""Which claims of sources stood when something was written on them, and stand no more; and which entry did it."""

from __future__ import annotations

from collections.abc import Iterator

from inviolable.incidents.fold import IncidentState
from inviolable.incidents.stale import Gone
from inviolable.sources.agreement import Statement
from inviolable.sources.picture import Told, known_on, reaches_the_law, supersedes, told_in, unreplaced
from inviolable.sources.sets import replaces, standing, state_of
from inviolable.sources.shelf import CORRECTED, REJECTED, Shelf, shelf, shelf_of
from inviolable.sources.voices import Voice


def gone(state: IncidentState, since: int, part: str, as_of: str = "") -> Iterator[Gone]:
    """Claims that counted at the entry `since` and were corrected, rejected or superseded after it, or weigh otherwise.

    Whose statement a claim is, and of which day, lies with the description of its source as well.
    """
    then = _standing(shelf(item for item in state.timeline if item.seq <= since), state, part, as_of)
    if not then:
        return
    known = shelf_of(state)
    now = _standing(known, state, part, as_of)
    ever = {one.claim.id: one.statement for one in _told(known, state, part)}
    for name, told in then.items():
        if not reaches_the_law(told):
            continue
        claim = known.claims[name]
        if claim.state in (CORRECTED, REJECTED):
            yield Gone(claim.decided or claim.seq, claim.state, claim.key, claim.value, name)
        elif _weighs(ever[name]) != _weighs(told.statement):
            yield Gone(_described(state, claim.source), "redescribed", claim.key, claim.value, name)
        elif name not in now:
            new = (one.claim for one in now.values() if one.claim.id not in then and _replaces(one, told))
            by = next(new, claim)
            yield Gone(by.decided or by.seq, "superseded", claim.key, claim.value, name)


def _standing(known: Shelf, state: IncidentState, part: str, as_of: str) -> dict[str, Told]:
    """By its id, each claim that counts, as known on a day."""
    counting = unreplaced(one for one in _told(known, state, part) if known_on(one.statement, as_of))
    left = set(map(id, standing([one.statement for one in counting], as_of[:10])))
    return {one.claim.id: one for one in counting if id(one.statement) in left}


def _told(known: Shelf, state: IncidentState, part: str) -> list[Told]:
    return told_in(known, part, state.opened.get("sending", ""), state.opened.get("receiving", ""))


def _weighs(one: Statement) -> tuple[Voice, str]:
    return one.voice, one.day


def _described(state: IncidentState, source: str) -> int:
    """The entry that described a source last."""
    kinds = ("source.received", "source.described")
    return max(item.seq for item in state.timeline if item.kind in kinds and item.body["source"] == source)


def _replaces(one: Told, other: Told) -> bool:
    """Whether one says that it replaces the other, or is what the same State says of it later."""
    if supersedes(one, other):
        return True
    a, b = one.statement, other.statement
    return state_of(a) == state_of(b) != "" and replaces(a.value, b.value) and a.day > b.day
