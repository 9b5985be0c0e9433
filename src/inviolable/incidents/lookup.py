"""Reading incidents: which there are, their entries, and what these tell."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.db.models import QuerySet

from inviolable.incidents.fold import IncidentState, fold
from inviolable.incidents.models import Incident
from inviolable.ledger import canonical
from inviolable.ledger.models import Entry
from inviolable.ledger.registry import Recorded
from inviolable.posts.roles import Actor

#: The same bytes say the same: what was read once is not taken apart again. Nobody changes what it gives.
decoded = lru_cache(maxsize=10_000)(canonical.decode)
_HIDING: list[Callable[[Actor], set[str]]] = []


def hide_from(hidden: Callable[[Actor], set[str]]) -> None:
    """Have a room above say which streams a user does not see listed."""
    _HIDING.append(hidden)


def shown_to(user: Actor) -> QuerySet[Incident]:
    """The incidents that a user is shown, the one opened last first."""
    hidden = {stream for hiding in _HIDING for stream in hiding(user)}
    return Incident.objects.exclude(stream__in=hidden).order_by("-opened", "reference")


def list_incidents(user: Actor | None = None) -> list[Incident]:
    """Every incident, the one opened last first; for a user those that they are shown."""
    return list(shown_to(user) if user else Incident.objects.order_by("-opened", "reference"))


def find_incident(reference: str) -> Incident | None:
    """The incident of that reference, None where there is none."""
    return Incident.objects.filter(reference=reference).first()


def entries_of(stream: str) -> list[Recorded]:
    """Every entry of a stream, in order."""
    rows = Entry.objects.filter(stream=stream).order_by("seq").values_list("pk", "leaf", "line")
    return [Recorded(pk, bytes(leaf), bytes(line), decoded(bytes(line))) for pk, leaf, line in rows]


def incident_state(reference: str) -> IncidentState:
    """What an incident's entries tell. Raises LookupError where there is no such incident."""
    incident = find_incident(reference)
    if incident is None:
        raise LookupError(f"there is no incident {reference!r}.")
    return fold(one.entry for one in entries_of(incident.stream))
