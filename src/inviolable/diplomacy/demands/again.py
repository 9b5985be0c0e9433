"""Whether an incident repeats what was demanded or promised before. Pure.

Any post of the same sending State in the same receiving State counts: the demand was made of the State, and so was the
promise (ARSIWA 30(b)). What is found is offered; that it happened again, a person says (scenario 22).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


class Between(NamedTuple):
    """Whose post stands in which State, and whether it is real: a drill repeats nothing but drills.

    status: a word of CAP, or `example` in a home that holds nothing real.
    """

    sending: str
    receiving: str
    status: str


def between(opened: Mapping[str, Any]) -> Between:
    """What the first entry of an incident says of it."""
    status = "example" if opened.get("example") == "yes" else opened["status"]
    return Between(opened.get("sending", ""), opened.get("receiving", ""), status)


@dataclass(frozen=True)
class Standing:
    """A demand (with its kind) or an assurance (kind "") of another incident. since: when the other State had it, or
    gave it; until: when it was closed, None while it stands."""

    id: str
    stream: str
    between: Between
    words: str
    since: datetime
    until: datetime | None = None
    kind: str = ""


def repeated(here: Between, stream: str, occurred: datetime, before: Iterable[Standing]) -> list[Standing]:
    """What stood already when this incident occurred, the oldest first.

    stream: this incident's own, which repeats nothing of itself; occurred: its end, where it is an interval.
    """
    if not (here.sending and here.receiving):
        return []
    found = (
        one
        for one in before
        if one.between == here
        and one.stream != stream
        and one.since < occurred
        and (one.until is None or one.until > occurred)
    )
    return sorted(found, key=lambda one: one.since)


def place_among(stream: str, occurred: datetime, matched: Iterable[tuple[str, datetime]]) -> int:
    """The how many-th repetition an incident is, from 1. matched: the others that a person matched to the same demands
    or assurances, with when each occurred."""
    others = {other: at for other, at in matched if other != stream}
    return 1 + sum((at, other) < (occurred, stream) for other, at in others.items())
