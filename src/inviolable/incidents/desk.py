"""The desk at which one incident is written to, in one transaction at a time, knowing what its entries tell so far."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet

from inviolable.incidents.fold import IncidentState, fold
from inviolable.incidents.lookup import whole
from inviolable.incidents.models import Incident
from inviolable.law.faults import nearest
from inviolable.law.vocabulary import vocabulary
from inviolable.ledger import canonical
from inviolable.ledger.actions import Actor, append
from inviolable.ledger.moments import Happened, written
from inviolable.ledger.registry import KINDS, Recorded
from inviolable.posts.actions import Refused, is_example

#: What an incident may be called by; it is in addresses and in names of files.
REFERENCE = re.compile(r"[a-z0-9-]{3,40}")


@dataclass(frozen=True)
class Desk:
    """An incident that this transaction alone writes to, as its entries tell it so far."""

    incident: Incident
    state: IncidentState
    actor: Actor
    now: datetime

    def append(
        self,
        kind: str,
        body: Mapping[str, Any],
        happened: Happened | None = None,
        sealed: Mapping[str, tuple[str, Any]] | None = None,
    ) -> Recorded:
        """Record an entry; what is empty is left out."""
        told = {name: value for name, value in body.items() if value != ""}
        recorded = append(
            self.incident.stream, kind, told, actor=self.actor, now=self.now, happened=happened, sealed=sealed
        )
        self.state.take(recorded.entry)
        return recorded

    def part(self, part: str) -> str:
        """The part, if there is one of that name."""
        if part not in self.state.parts:
            raise Refused(f"part: there is no part {part!r}; there are {', '.join(self.state.parts)}.")
        return part


@dataclass(frozen=True)
class Trial(Desk):
    """A desk at which nothing is recorded: what would be refused is refused, and nobody waits to write meanwhile."""

    def append(
        self,
        kind: str,
        body: Mapping[str, Any],
        happened: Happened | None = None,
        sealed: Mapping[str, tuple[str, Any]] | None = None,
    ) -> Recorded:
        """Take an entry as if it were recorded. Raises BadEntry."""
        told = {name: value for name, value in body.items() if value != ""}
        KINDS[kind].check(told, sealed or {})
        entry = {
            "seq": len(self.state.timeline),
            "kind": kind,
            "body": told,
            "happened": (happened or Happened.at(self.now)).as_entry(),
            "recorded": written(self.now),
            "actor": dict(self.actor),
        }
        self.state.take(entry)
        return Recorded(0, b"", canonical.encode(entry), entry)


def at_desk(reference: str, actor: Actor, now: datetime, *, closed: bool | None = False) -> Desk:
    """The desk of an incident for this transaction alone: open, closed, or (None) either. Raises Refused."""
    incident = _existing(Incident.objects.select_for_update(), reference, closed=closed)
    return Desk(incident, whole(incident.stream).state.copy(), actor, now)


def on_trial(reference: str, actor: Actor, now: datetime) -> Trial:
    """A trial at an open incident, as its entries tell it so far; it needs no transaction. Raises Refused."""
    incident = _existing(Incident.objects.all(), reference, closed=False)
    return Trial(incident, whole(incident.stream).state.copy(), actor, now)


def _existing(among: QuerySet[Incident], reference: str, *, closed: bool | None) -> Incident:
    incident = among.filter(reference=reference).first()
    if incident is None:
        raise Refused(f"there is no incident {reference!r}.")
    if closed is not None and bool(incident.closed) != closed:
        raise Refused(f"{reference} is {'not closed' if closed else 'closed; reopen it first'}.")
    return incident


def new_desk(reference: str, body: Mapping[str, Any], actor: Actor, now: datetime) -> Desk:
    """The desk of a new incident. body: the fields of its first entry. Raises Refused."""
    if not REFERENCE.fullmatch(reference):
        raise Refused(f"reference: found {reference!r}; 3 to 40 small letters, digits and hyphens are allowed.")
    if Incident.objects.filter(reference=reference).exists():
        raise Refused(f"reference: {reference!r} is taken; choose another.")
    known = {"class", *(name for name, fact in vocabulary().facts.items() if fact.profile)}
    if unknown := [key for key in body["post"] if key not in known]:
        raise Refused(f"post: {unknown[0]!r} is nothing that is known of a post; {nearest(unknown[0], known)}.")
    name = str(uuid4())
    stream, mark = f"incident/{name}", {"example": "yes"} if is_example() else {}
    full = {"incident": name, "reference": reference, **body, **mark}
    told = {key: value for key, value in full.items() if value != ""}
    recorded = append(stream, "incident.opened", told, actor=actor, now=now, happened=when(str(body["occurred"]), now))
    return Desk(Incident.objects.get(id=name), fold([recorded.entry]), actor, now)


def when(occurred: str, now: datetime) -> Happened:
    """A case file's `occurred` as an interval; days are taken in UTC. What is none is refused with the case."""
    first, _, last = occurred.partition("/")
    try:
        start, end = datetime.fromisoformat(first), datetime.fromisoformat(last or first)
        if start.tzinfo is None and end.tzinfo is None:
            start, end = start.replace(tzinfo=UTC), end.replace(hour=23, minute=59, second=59, tzinfo=UTC)
        return Happened(start, end, said=occurred)
    except (ValueError, TypeError):
        return Happened.at(now)


def written_at(moment: datetime | None) -> str:
    """A moment as entries have it, "" for none."""
    return written(moment) if moment else ""
