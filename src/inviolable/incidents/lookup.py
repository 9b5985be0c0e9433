"""Reading incidents: which there are, their entries, and what these tell."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from django.db.models import QuerySet

from inviolable.incidents.fold import IncidentState
from inviolable.incidents.models import Incident
from inviolable.ledger import canonical, tree
from inviolable.ledger.models import Entry
from inviolable.ledger.registry import Recorded
from inviolable.posts.roles import Actor, Role

#: The same bytes say the same: what was read once is not taken apart again. Nobody changes what it gives.
decoded = lru_cache(maxsize=10_000)(canonical.decode)
_HIDING: list[Callable[[Actor], set[str]]] = []


def hide_from(hidden: Callable[[Actor], set[str]]) -> None:
    """Have a room above say which streams a user is not shown, neither listed nor by their address."""
    _HIDING.append(hidden)


@dataclass
class _Anybody:
    role: str
    is_active: bool = True


def shown_to_all() -> QuerySet[Incident]:
    """The incidents that are hidden from nobody, whatever their role, the one opened last first."""
    hidden = {stream for role in Role for stream in _hidden_from(_Anybody(role))}
    return Incident.objects.exclude(stream__in=hidden).order_by("-number")


def shown_to(user: Actor | None) -> QuerySet[Incident]:
    """The incidents that a user is shown, the one opened last first; every one where nobody is shown anything."""
    hidden = _hidden_from(user) if user else set[str]()
    return Incident.objects.exclude(stream__in=hidden).order_by("-number")


def is_shown(reference: str, user: Actor) -> bool:
    """Whether there is an incident of that reference for a user; one that they are not shown is none."""
    return "\0" not in reference and shown_to(user).filter(reference=reference).exists()


def _hidden_from(user: Actor) -> set[str]:
    return {stream for hiding in _HIDING for stream in hiding(user)}


def list_incidents(user: Actor | None = None) -> list[Incident]:
    """Every incident, the one opened last first; for a user those that they are shown."""
    return list(shown_to(user))


def find_incident(reference: str) -> Incident | None:
    """The incident of that reference, None where there is none."""
    return Incident.objects.filter(reference=reference).first()


def entries_of(stream: str, since: int = 0) -> list[Recorded]:
    """Every entry of a stream, in order. since: the number of the first one."""
    rows = Entry.objects.filter(stream=stream, seq__gte=since).order_by("seq").values_list("pk", "leaf", "line")
    return [Recorded(pk, bytes(leaf), bytes(line), decoded(bytes(line))) for pk, leaf, line in rows]


def incident_state(reference: str) -> IncidentState:
    """What an incident's entries tell. Raises LookupError where there is no such incident."""
    incident = find_incident(reference)
    if incident is None:
        raise LookupError(f"there is no incident {reference!r}.")
    return whole(incident.stream).state.copy()


@dataclass(frozen=True)
class Whole:
    """One incident as its entries tell it; nobody changes it. broken: the number of the first entry that does not
    follow the one before it, None where all do."""

    entries: list[Recorded]
    state: IncidentState
    broken: int | None


#: Incidents that were read, the one asked for last at the end; and how many entries of them are kept altogether.
_KEPT: OrderedDict[str, Whole] = OrderedDict()
MOST_KEPT = 120_000
_LOCK = Lock()


def whole(stream: str) -> Whole:
    """An incident with all its entries: those read before are kept, as they were checked; what came since is read.

    The newest kept entry is read again: its hash stands for every one before it, so where it is another, all is read.
    """
    with _LOCK:
        kept = _KEPT.get(stream)
    last = kept.entries[-1] if kept and kept.entries else None
    rows = entries_of(stream, last.entry["seq"] if last else 0)
    if kept and last and rows and rows[0].leaf == last.leaf and rows[0].line == last.line:
        found = _more(kept, rows[1:]) if rows[1:] else kept
    else:
        found = _more(Whole([], IncidentState(), None), rows if last is None else entries_of(stream))
    with _LOCK:
        _KEPT[stream] = found
        _KEPT.move_to_end(stream)
        while len(_KEPT) > 1 and sum(len(one.entries) for one in _KEPT.values()) > MOST_KEPT:
            _KEPT.popitem(last=False)
    return found


def _more(kept: Whole, rows: list[Recorded]) -> Whole:
    state = kept.state.copy()
    for one in rows:
        state.take(one.entry)
    broken = kept.broken if kept.broken is not None else first_break(rows, kept.entries[-1:])
    return Whole(kept.entries + rows, state, broken)


def first_break(entries: Sequence[Recorded], after: Sequence[Recorded] = ()) -> int | None:
    """The number of the first entry that is not what its hash says, or does not follow the one before it (RFC 6962).

    after: the entry before the first one, where there is one.
    """
    before = after[-1].leaf.hex() if after else ""
    first = after[-1].entry["seq"] + 1 if after else 0
    for number, one in enumerate(entries, first):
        if tree.leaf_hash(one.line) != one.leaf or (one.entry["seq"], one.entry.get("prev", "")) != (number, before):
            return number
        before = one.leaf.hex()
    return None
