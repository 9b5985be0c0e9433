"""Moments and when things happened, as entries write them: RFC 3339, UTC, milliseconds, 24 characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Self
from zoneinfo import available_timezones

MOMENT = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z")


@cache
def zones() -> frozenset[str]:
    """Every IANA name that this machine knows; finding them takes a walk over the disk."""
    return frozenset(available_timezones())


def written(moment: datetime) -> str:
    """A moment as an entry writes it. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no zone; say which.")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(text: str) -> datetime:
    """The moment that an entry wrote. Raises ValueError for anything else."""
    if not MOMENT.fullmatch(text):
        raise ValueError(f"{text!r} is no moment; expected 2026-01-27T17:00:00.000Z.")
    return datetime.fromisoformat(text)


@dataclass(frozen=True)
class Happened:
    """When something happened: a claim. An interval, the zone it was told in, and the words that were said.

    start and end are aware; equal for a moment.
    """

    start: datetime
    end: datetime
    zone: str = ""
    said: str = ""

    def __post_init__(self) -> None:
        """Refuse what no event can be."""
        if self.end < self.start:
            raise ValueError(f"it ends ({written(self.end)}) before it begins ({written(self.start)}).")
        if self.zone and self.zone not in zones():
            raise ValueError(f"{self.zone!r} is no zone; expected an IANA name such as America/Chicago.")

    @classmethod
    def at(cls, moment: datetime, zone: str = "", said: str = "") -> Self:
        """A single moment."""
        return cls(moment, moment, zone, said)

    def as_entry(self) -> dict[str, str]:
        """The `happened` of an entry; absent values are omitted."""
        full = {"from": written(self.start), "to": written(self.end), "zone": self.zone, "said": self.said}
        return {key: value for key, value in full.items() if value}
