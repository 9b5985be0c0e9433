"""What a finding rested on and what stands no more.

It is worked out from the entries: no mark is set anywhere, so none comes late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from inviolable.incidents.fold import IncidentState, known_by
from inviolable.law.vocabulary import vocabulary


@dataclass(frozen=True, order=True)
class Gone:
    """Something that stands no more. by: the entry that did it; how: `withdrawn`, or a word of a room above (HOW).

    claim: its id, where it was a claim that went and not a value that counted.
    """

    by: int
    how: str
    key: str
    value: str
    claim: str = ""


#: What rooms above know: of an incident, what stood at one entry and stands no more, for one part as known on one day.
ALSO: list[Callable[[IncidentState, int, str, str], Iterable[Gone]]] = []


def gone(state: IncidentState, since: int, part: str, as_of: str = "") -> list[Gone]:
    """What stood at the entry `since`, reached the law, and stands no more, in the order in which it went.

    As known by `as_of` ("" for everything): what became known later takes nothing away from what was known then.
    """
    withdrawn = (
        Gone(one.seq, "withdrawn", one.key, one.value)
        for one in state.decisions
        if one.seq > since and not one.confirmed and one.part == part and one.key in vocabulary().facts
        if known_by(one.happened, as_of)
    )
    return sorted({*withdrawn, *(one for also in ALSO for one in also(state, since, part, as_of))})
