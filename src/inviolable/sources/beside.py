"""The answer at the door beside what sources say: the overview asks the confirmed facts alone, the accounts ask all."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.urls import reverse

from inviolable.counsel import record
from inviolable.counsel.page import home, reading
from inviolable.counsel.record import Decided
from inviolable.incidents.case import case_of
from inviolable.incidents.page import Page
from inviolable.law.assess import ENGINE
from inviolable.law.casefile import Case
from inviolable.sources.agreement import Statement
from inviolable.sources.goals import Goal
from inviolable.sources.made_from import MadeFrom
from inviolable.sources.picture import law_of, told_in, unreplaced
from inviolable.sources.readings import Readings
from inviolable.sources.sets import carried, standing
from inviolable.sources.shelf import shelf_of
from inviolable.sources.telling import says


def otherwise(page: Page, part: str) -> tuple[str, str] | None:
    """What sources leave of the answer at the door, where the confirmed facts alone give another; and its page."""
    found = _entries(MadeFrom(page.entries[-1].leaf, page.state), part, law_of(record.decided(home())))
    if not found or found[0].possible == found[1].possible:
        return None
    return says(found[1], reading()), reverse("sources:accounts", args=[page.incident.reference], query={"part": part})


@lru_cache(maxsize=64)
def _entries(told: MadeFrom, part: str, law: MadeFrom) -> tuple[Goal, Goal] | None:
    """The entry by the confirmed facts alone, and with what sources say; None where no source says anything."""
    frame, known = case_of(told.it, part), shelf_of(told.it)
    said = [one.statement for one in unreplaced(told_in(known, part, frame.sending, frame.receiving))]
    return (entry(frame, (), law.it), entry(frame, said, law.it)) if said else None


def entry(frame: Case, told: Iterable[Statement], decided: Decided) -> Goal:
    """The answer at the door by what the ministry knows, and by what is told beside it."""
    values = {fact: tuple(by_value) for fact, by_value in carried(standing(told)).items()}
    law = repr((frame, values, sorted(decided.positions.items()), [pack.hash for pack in decided.own]))
    return _entry(MadeFrom(law, (frame, values, decided)))


@lru_cache(maxsize=64)
def _entry(asked: MadeFrom) -> Goal:
    frame, values, decided = asked.it
    with ENGINE:
        return Readings(frame, values, decided.positions, decided.own).goal("entry")
