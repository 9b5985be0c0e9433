"""What the law says at the door of each incident: worked out once for the same facts and the same decisions of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from inviolable.counsel import record
from inviolable.counsel.opinion import door_on, opinion_on
from inviolable.counsel.page import home, unexpected, without_paths
from inviolable.counsel.terms import Door, Opinion
from inviolable.incidents.case import case_of, is_at_home
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.models import Incident
from inviolable.incidents.page import told_to_the_law
from inviolable.incidents.terms import Part
from inviolable.law.casefile import Case
from inviolable.law.faults import Fault, Faulty


@dataclass(frozen=True)
class AtDoor:
    """One part of an incident. at_home: at our own ministry no rule is asked; faults: why there is no answer.

    otherwise: what rooms above say where they leave another answer, and its page; only on the page of the incident.
    """

    part: Part | None
    case: Case | None = None
    door: Door | None = None
    at_home: bool = False
    faults: tuple[Fault, ...] = ()
    otherwise: tuple[tuple[str, str], ...] = ()


def doors_of(incidents: Iterable[Incident], language: str) -> dict[str, tuple[AtDoor, ...]]:
    """For each incident, by its stream, the answer at the door of each of its parts.

    Raises Faulty for a fault of the installation, which is none of one incident.
    """
    found, decided = {}, record.decided(home()).mark
    for one in incidents:
        try:
            found[one.stream] = _doors(one.pk, bytes(one.legal), language, decided)
        except Exception as error:
            found[one.stream] = (AtDoor(None, faults=(unexpected(one.reference, error),)),)
    return found


def opinions_of(incident: Incident, language: str) -> Mapping[str, Opinion]:
    """All that the law says of each part of an incident, by its id; none of a part of which it says nothing."""
    return _opinions(incident.pk, bytes(incident.legal), language, record.decided(home()).mark)


@lru_cache(maxsize=5_000)
def _doors(incident: str, _leaf: bytes, language: str, _decided: str) -> tuple[AtDoor, ...]:
    state = told_to_the_law(Incident.objects.get(pk=incident))
    return tuple(_at_door(state, part, language) for part in state.parts.values())


def _at_door(state: IncidentState, part: Part, language: str) -> AtDoor:
    if is_at_home(state):
        return AtDoor(part, at_home=True)
    try:
        case = case_of(state, part.id)
        return AtDoor(part, case, door_on(case, home(), language))
    except Faulty as faulty:
        return AtDoor(part, faults=without_paths(faulty.faults))


@lru_cache(maxsize=100)
def _opinions(incident: str, _leaf: bytes, language: str, _decided: str) -> Mapping[str, Opinion]:
    state, found = told_to_the_law(Incident.objects.get(pk=incident)), {}
    for part in state.parts if not is_at_home(state) else ():
        try:
            found[part] = opinion_on(case_of(state, part), home(), language)
        except Faulty:
            continue  # The page of the law says what is wrong.
    return found
