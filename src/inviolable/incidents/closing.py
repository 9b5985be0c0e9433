"""What an incident still needs before it can be closed. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Obligation

#: What a real incident must leave behind, by the kind of entry that says so: its dossier handed out, and what was
#: learnt, written down. A drill has its own score.
LEFT_BEHIND = ("dossier.exported", "lesson.written")


def not_owned(state: IncidentState) -> list[Obligation]:
    """What is still to be done and is nobody's beyond the closing: neither done nor given an owner with a superior."""
    return [one for one in state.still_open() if not one.superior]


def owned(state: IncidentState) -> list[Obligation]:
    """What stays open when the incident is closed, since somebody answers for it."""
    return [one for one in state.still_open() if one.superior]


def not_left(state: IncidentState) -> list[str]:
    """Of LEFT_BEHIND, what has not been recorded since the incident was opened, or opened again."""
    if state.opened["status"] != "actual":
        return []
    since = set(_since(state))
    return [kind for kind in LEFT_BEHIND if kind not in since]


def _since(state: IncidentState) -> Iterator[str]:
    for item in reversed(state.timeline):
        if item.kind == "incident.reopened":
            return
        yield item.kind
