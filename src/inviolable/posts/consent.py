"""Who may consent to entry at a post, at any moment: one answer, with its reason. Nothing here reads a database.

VCCR 31(2): the head of post, that head's designee, the head of the diplomatic mission. An acting head stands in the
head's place (VCCR 15). At a mission only its head (VCDR 22(1)). The ministry instructs; it does not consent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inviolable.law.casefile import POST_CLASSES


@dataclass(frozen=True)
class Holding:
    """That somebody holds a dated role at a place. until: not from then on; None while open.

    document: by which; scope: of a designee, in words; notified: when the receiving State was told (VCCR 15(2)).
    """

    id: str
    role: str
    person: str
    place: str
    since: datetime
    until: datetime | None = None
    document: str = ""
    scope: str = ""
    notified: datetime | None = None
    rank: int = 1

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at that moment."""
        return self.since <= at and (self.until is None or at < self.until)


class Why(StrEnum):
    """On what somebody's consent rests, or why there is nobody. The words are in `wording.py`."""

    HEAD = "head"
    ACTING = "acting"
    ACTING_NOT_NOTIFIED = "acting_not_notified"
    ACTING_BESIDE_HEAD = "acting_beside_head"
    DESIGNEE = "designee"
    MISSION = "mission"
    HEAD_OF_MISSION = "head_of_mission"
    NOBODY = "nobody"
    HONORARY = "honorary"
    NO_POST = "no_post"


#: Where the law says so.
CITES = {
    Why.HEAD: ("VCCR 31(2)",),
    Why.ACTING: ("VCCR 15(1)", "VCCR 31(2)"),
    Why.ACTING_NOT_NOTIFIED: ("VCCR 15(2)", "VCCR 31(2)"),
    Why.ACTING_BESIDE_HEAD: ("VCCR 15(1)", "VCCR 31(2)"),
    Why.DESIGNEE: ("VCCR 31(2)",),
    Why.MISSION: ("VCCR 31(2)",),
    Why.HEAD_OF_MISSION: ("VCDR 22(1)",),
    Why.NOBODY: ("VCCR 31(2)",),
    Why.HONORARY: ("VCCR 58(1)", "VCCR 59"),
    Why.NO_POST: (),
}


@dataclass(frozen=True)
class Answer:
    """Who may consent: in the order of the law, each with the reason. why: for all, where it is one of a whole."""

    people: tuple[tuple[Holding, Why], ...]
    why: Why | None = None


def who_may_consent(post_class: str, head: str, holdings: Iterable[Holding], at: datetime) -> Answer:
    """The answer for a place at a moment. holdings: those at the place itself and at its mission."""
    if post_class not in POST_CLASSES:
        return Answer((), Why.NO_POST)
    if head == "honorary":
        return Answer((), Why.HONORARY)
    standing = sorted((one for one in holdings if one.holds(at)), key=lambda one: (one.rank, one.since))
    reasons = _at_mission(standing) if POST_CLASSES[post_class] == "mission" else _at_post(standing)
    people = tuple(reasons)
    return Answer(people, None if people else Why.NOBODY)


def _at_mission(standing: list[Holding]) -> Iterator[tuple[Holding, Why]]:
    for one in standing:
        if one.role == "head_of_mission":
            yield one, Why.HEAD_OF_MISSION


def _at_post(standing: list[Holding]) -> Iterator[tuple[Holding, Why]]:
    heads = [one for one in standing if one.role == "head"]
    yield from ((one, Why.HEAD) for one in heads)
    for one in standing:
        if one.role == "acting_head":
            yield one, _acting(one, bool(heads))
    for role, why in (("designee", Why.DESIGNEE), ("head_of_mission", Why.MISSION)):
        yield from ((one, why) for one in standing if one.role == role)


def _acting(holding: Holding, beside_head: bool) -> Why:
    if beside_head:
        return Why.ACTING_BESIDE_HEAD
    return Why.ACTING if holding.notified else Why.ACTING_NOT_NOTIFIED
