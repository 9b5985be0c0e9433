"""Who holds a role, when nobody does, and whom nobody could reach: seen before the event. Reads no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from inviolable.posts.consent import Holding
from inviolable.posts.terms import WITH_RECEIPT

#: How far ahead holes are looked for, and after how long a contact must be confirmed again.
AHEAD = timedelta(days=7)
STALE = timedelta(days=180)
#: Roles that somebody must hold at every hour of the year, where anybody holds them at all.
ALWAYS = ("head", "head_of_mission", "duty_officer")
#: Whom one calls for a role, in this order, where it is not only those who hold it.
IN_PLACE = {"head": ("head", "acting_head", "designee")}
#: Roles that somebody else must be able to take over.
TAKEN_OVER = ("head", "duty_officer", "legal", "protocol", "press", "minister_office")


def holders(holdings: Iterable[Holding], role: str, at: datetime) -> list[Holding]:
    """Who holds a role at that moment, the one to be called first at the front."""
    return sorted(
        (one for one in holdings if one.role == role and one.holds(at)), key=lambda one: (one.rank, one.since)
    )


def called_as(holdings: Iterable[Holding], role: str, at: datetime) -> list[str]:
    """Whom to call for a role at that moment, each person once, the first in front."""
    found = (one.person for name in IN_PLACE.get(role, (role,)) for one in holders(holdings, name, at))
    return list(dict.fromkeys(found))


def holes(holdings: Iterable[Holding], role: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """When nobody holds a role, between two moments."""
    found, covered = [], start
    for one in sorted((one for one in holdings if one.role == role), key=lambda one: one.since):
        if one.since >= end:
            break
        if one.since > covered:
            found.append((covered, one.since))
        covered = max(covered, end if one.until is None else one.until)
    if covered < end:
        found.append((covered, end))
    return found


@dataclass(frozen=True)
class Way:
    """One way to reach a person. confirmed: when it was last shown to work, None for never."""

    person: str
    channel: str
    address: str
    confirmed: datetime | None = None


class Kind(StrEnum):
    """What a warning is about. The words are in `wording.py`."""

    HOLE = "hole"
    NO_DEPUTY = "no_deputy"
    NO_CONTACT = "no_contact"
    ONE_DEVICE = "one_device"
    NO_RECEIPT = "no_receipt"
    STALE = "stale"


@dataclass(frozen=True)
class Lack:
    """Something that would fail on the day. about: a role or a person; since, until: of a hole."""

    kind: Kind
    about: str
    since: datetime | None = None
    until: datetime | None = None


def warnings(holdings: Sequence[Holding], ways: Iterable[Way], at: datetime) -> Iterator[Lack]:
    """What is wrong at a place now or will be within AHEAD. ways: to reach everybody who holds a role there."""
    reach: dict[str, list[Way]] = {}
    for way in ways:
        reach.setdefault(way.person, []).append(way)
    for role in dict.fromkeys(one.role for one in holdings):
        if role in ALWAYS:
            for since, until in holes(holdings, role, at, at + AHEAD):
                yield Lack(Kind.HOLE, role, since, until)
        if (
            role in TAKEN_OVER
            and len({one.person for one in holders(holdings, role, at)}) == 1
            and not _stands_in(role, holdings, at)
        ):
            yield Lack(Kind.NO_DEPUTY, role)
    for person in dict.fromkeys(one.person for one in holdings if one.holds(at)):
        yield from _unreachable(person, reach.get(person, []), at)


def _stands_in(role: str, holdings: Iterable[Holding], at: datetime) -> bool:
    """A head has a designee or somebody acting beside them."""
    return any(one.role in IN_PLACE.get(role, ())[1:] and one.holds(at) for one in holdings)


def _unreachable(person: str, ways: Sequence[Way], at: datetime) -> Iterator[Lack]:
    if not ways:
        yield Lack(Kind.NO_CONTACT, person)
        return
    if len({way.address for way in ways}) == 1:
        yield Lack(Kind.ONE_DEVICE, person)
    if not any(way.channel in WITH_RECEIPT for way in ways):
        yield Lack(Kind.NO_RECEIPT, person)
    if any(way.confirmed is None or at - way.confirmed > STALE for way in ways):
        yield Lack(Kind.STALE, person)
