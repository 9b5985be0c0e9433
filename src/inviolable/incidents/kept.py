"""What the entries of an incident tell, worked out on from where it was left rather than from the first entry again.

An entry's leaf hash says every entry before it: where the last one that was taken is still in its place, so are all.
At 2,800 entries that takes 2 ms of the 33 ms that reading and folding all of them takes.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from inviolable.incidents.fold import IncidentState
from inviolable.incidents.lookup import entries_of
from inviolable.ledger.registry import Recorded

#: So many incidents are kept, those that were asked for last.
MOST = 8


@dataclass(frozen=True)
class Kept:
    """The entries of one stream, in order, and what they tell. Nobody changes either: whoever goes on has a copy."""

    entries: tuple[Recorded, ...]
    state: IncidentState


_KEPT: OrderedDict[str, Kept] = OrderedDict()


def told_by(stream: str) -> Kept:
    """What all entries of a stream tell that are on the record now."""
    before = _KEPT.pop(stream, None)
    known = before.entries if before else ()
    new = entries_of(stream, since=len(known) - 1 if known else 0)
    if known and (not new or new[0].leaf != known[-1].leaf):
        before, known, new = None, (), entries_of(stream)
    elif known:
        new = new[1:]
    state = before.state if before else IncidentState()
    if new:
        state = state.copy()
        for one in new:
            state.take(one.entry)
    _KEPT[stream] = found = Kept((*known, *new), state)
    while len(_KEPT) > MOST:
        _KEPT.popitem(last=False)
    return found
