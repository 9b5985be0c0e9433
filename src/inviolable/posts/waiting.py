"""What waits for an answer of somebody who is signed in. Rooms above say it; the first page and the alarms show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from inviolable.posts.models import User


class Question(NamedTuple):
    """One of them. words: what is asked, in the reader's language; address: where it is answered; since: as asked."""

    words: str
    address: str
    since: datetime


_ASKING: list[Callable[[User, datetime], Iterable[Question]]] = []


def when_asked(asking: Callable[[User, datetime], Iterable[Question]]) -> None:
    """Have a room above say what waits for somebody."""
    _ASKING.append(asking)


def waiting_for(user: User, now: datetime) -> list[Question]:
    """What somebody is to answer now, the oldest first."""
    return sorted((one for asking in _ASKING for one in asking(user, now)), key=lambda one: one.since)
