"""Which earlier incidents stand beside a new one: between the same two States, and by which rules.

Whether it repeats what was demanded there is another question (again.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from inviolable.counsel.clocks import when_words
from inviolable.counsel.page import reading
from inviolable.diplomacy.demands.again import between
from inviolable.diplomacy.demands.models import Demand
from inviolable.incidents.doors import AtDoor, doors_of
from inviolable.incidents.lookup import decoded, shown_to
from inviolable.incidents.page import Page
from inviolable.ledger.models import Entry
from inviolable.ledger.moments import read
from inviolable.posts.models import User

#: Among how many of the newest incidents they are looked for, besides those in which something was demanded; and how
#: many are shown.
AMONG, MOST = 50, 5


def similar(user: User, page: Page) -> list[dict[str, Any]] | None:
    """Earlier incidents between these two States that the user is shown, those of the same rule first; None if none."""
    here, occurred = between(page.state.opened), page.state.timeline[0].happened.end
    if not (here.sending and here.receiving):
        return None
    demanded = Demand.objects.filter(**here._asdict()).values("stream")
    newest = shown_to(user)[:AMONG].values_list("stream", flat=True)
    streams = [one for one in {*newest, *demanded.values_list("stream", flat=True)} if one != page.incident.stream]
    found: dict[str, tuple[datetime, str]] = {}
    for stream, line in Entry.objects.filter(stream__in=streams, seq=0).values_list("stream", "line"):
        opened = decoded(bytes(line))
        at = read(opened["happened"]["to"])
        if between(opened["body"]) == here and at < occurred:
            first, _sep, last = opened["body"]["occurred"].partition("/")
            found[stream] = (at, when_words((first, last or first)))
    known = {one.stream: one for one in shown_to(user).filter(stream__in=found)}
    if not known:
        return None
    doors = doors_of([page.incident, *known.values()], reading())
    ours = _cites(doors.get(page.incident.stream, ()))
    rows = [
        {
            "incident": one,
            "rules": sorted(ours & _cites(doors.get(one.stream, ()))),
            "at": found[one.stream][0],
            "when": found[one.stream][1],
        }
        for one in known.values()
    ]
    return sorted(rows, key=lambda row: (bool(row["rules"]), row["at"]), reverse=True)[:MOST]


def _cites(doors: tuple[AtDoor, ...]) -> set[str]:
    return {cite for one in doors if one.door for cite in one.door.cites}
