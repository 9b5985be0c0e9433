"""How old a demand is, and when somebody is reminded of it. Pure.

It counts from the day on which the other State had it: from the first delivery, until then from the release. It grows
old in the open and never dies of it: no length of silence closes a demand (scenario 21).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

#: After how many days owner and superior are reminded; then with each further year.
AGES = (7, 30, 90, 180, 365)
YEAR = AGES[-1]
#: When it is tried again to remind, where nobody was reached.
AGAIN = timedelta(days=1)
#: What a delivery may have come to, and the other State knows of it all the same: refusing a note does not undo it.
REACHED = ("handed_over", "received", "refused")


def released_by(moment: datetime, released: datetime) -> bool:
    """Whether a note was out at a moment that people told, who tell no seconds."""
    return moment >= released.replace(second=0, microsecond=0)


class Delivery(NamedTuple):
    """A delivery as somebody told it. at: when it was; seq: its entry."""

    way: str
    outcome: str
    at: datetime
    seq: int


def first_had(told: Iterable[Delivery], released: datetime) -> Delivery | None:
    """The delivery by which the other State had a note first, None for not yet.

    told: in the order of their entries. The last of each way corrects those before it.
    """
    last = {one.way: one for one in told}
    reached = (one for one in last.values() if one.outcome in REACHED and released_by(one.at, released))
    return min(reached, key=lambda one: (one.at, one.seq), default=None)


def days_between(since: datetime, now: datetime) -> int:
    """Whole days gone by; 0 for a clock that was set back."""
    return max(0, (now - since) // timedelta(days=1))


def passed(days: int) -> int:
    """The last age that a demand of so many days has passed, in days; 0 for none yet."""
    if days >= YEAR:
        return days // YEAR * YEAR
    return max((age for age in AGES if age <= days), default=0)


def following(age: int) -> int:
    """The age at which it is reminded of next."""
    return next((later for later in AGES if later > age), (age // YEAR + 1) * YEAR)


def owed(since: datetime, reminded: int, now: datetime) -> int:
    """Of which age a reminder is to go out now, 0 for none. reminded: the last one that did, in days.

    Of several that were missed while nothing ran, only the last: nobody is told thrice at once.
    """
    age = passed(days_between(since, now))
    return age if age > reminded else 0


def due(since: datetime, reminded: int) -> datetime:
    """When the next reminder is to go out."""
    return since + timedelta(days=following(reminded))
