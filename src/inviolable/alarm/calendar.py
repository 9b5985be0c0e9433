"""When each post practises what: which drills are overdue, which are next. Pure (RESPONSE.md, A.4, row 29)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from inviolable.alarm.terms import Danger

#: A post and what it practised there.
What = tuple[str, Danger]


@dataclass(frozen=True)
class Practice:
    """That a post practises one kind of incident. every: how often. last: when it did, None for never."""

    post: str
    danger: Danger
    every: timedelta
    last: datetime | None = None

    @property
    def due(self) -> datetime | None:
        """By when again; None where it never was: then at once."""
        return self.last + self.every if self.last else None

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been practised by then."""
        return self.due is None or self.due <= now


def calendar(posts: Iterable[str], every: Mapping[Danger, timedelta], last: Mapping[What, datetime]) -> list[Practice]:
    """Every drill that is due some day, the soonest first, before them what was never practised."""
    found = (Practice(post, danger, span, last.get((post, danger))) for post in posts for danger, span in every.items())
    return sorted(found, key=lambda one: (one.due or datetime.min.replace(tzinfo=UTC), one.post, one.danger))
