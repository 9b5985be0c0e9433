"""Reading incidents: which there are, their entries, and what these tell."""

from __future__ import annotations

from inviolable.incidents.fold import IncidentState, fold
from inviolable.incidents.models import Incident
from inviolable.ledger import canonical
from inviolable.ledger.models import Entry
from inviolable.ledger.registry import Recorded


def list_incidents() -> list[Incident]:
    """Every incident, the one opened last first."""
    return list(Incident.objects.order_by("-opened", "reference"))


def find_incident(reference: str) -> Incident | None:
    """The incident of that reference, None where there is none."""
    return Incident.objects.filter(reference=reference).first()


def entries_of(stream: str) -> list[Recorded]:
    """Every entry of a stream, in order."""
    return [
        Recorded(row.pk, bytes(row.leaf), bytes(row.line), canonical.decode(bytes(row.line)))
        for row in Entry.objects.filter(stream=stream).order_by("seq")
    ]


def incident_state(reference: str) -> IncidentState:
    """What an incident's entries tell. Raises LookupError where there is no such incident."""
    incident = find_incident(reference)
    if incident is None:
        raise LookupError(f"there is no incident {reference!r}.")
    return fold(one.entry for one in entries_of(incident.stream))
