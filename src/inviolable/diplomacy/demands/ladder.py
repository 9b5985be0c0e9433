"""The ladder of what a State may do next: the rung that was reached, the next one, and why it is time for it. Pure.

The order is usage, not law: a person may take any rung, and staying on one is a decision like another. Two months of
the Optional Protocols are here as well: they begin when it was said that there is a dispute (VCCR-OP II and III).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from inviolable.diplomacy.demands.book import Demand, Rung
from inviolable.diplomacy.demands.kinds import RUNGS

#: Days without an answer after which there is a reason to go on.
PATIENCE = 30
#: Within how many months both States may agree on arbitration or conciliation instead of the Court, by forum.
MONTHS = {"icj-vccr-op": (2, "VCCR-OP II-III"), "icj-vcdr-op": (2, "VCDR-OP II-III")}


class Reason(NamedTuple):
    """Why it may be time. code: `unanswered`, `refused`, `evaded`, `again` or `broken`; number: days, or how many."""

    code: str
    number: int


def highest(reached: Iterable[Rung]) -> Rung | None:
    """The highest rung that was reached, of several the latest. A letter to local authorities is none."""
    known = (one for one in reached if one.rung in RUNGS)
    return max(known, key=lambda one: (RUNGS.index(one.rung), one.at), default=None)


def reasons(unmet: Sequence[Demand], days: int, times: int, broken: int) -> list[Reason]:
    """Why it may be time to go on. days: how long the oldest has waited; times: how often it happened again; broken:
    assurances that were not kept."""
    links = [link for one in unmet for link in one.links]
    said = {word: sum(link.says == word for link in links) for word in ("refuses", "evades")}
    found = [
        Reason("unanswered", days if unmet and not links and days >= PATIENCE else 0),
        Reason("refused", said["refuses"]),
        Reason("evaded", said["evades"]),
        Reason("again", times),
        Reason("broken", broken),
    ]
    return [one for one in found if one.number]


def following(reached: Rung | None, why: Sequence[Reason]) -> str:
    """The rung to think of next, "" where there is no reason to, or none is left."""
    place = RUNGS.index(reached.rung) + 1 if reached else 0
    return RUNGS[place] if why and place < len(RUNGS) else ""


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last where it has none of that number."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def ends(forum: str, notified: date) -> date:
    """When the period of a forum of MONTHS ends; the day itself belongs to it."""
    return months_later(notified, MONTHS[forum][0])
