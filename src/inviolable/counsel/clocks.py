"""One way to tell a moment on every page: the day and time at the place, its offset, then UTC.

Like the language, the place goes with a page: an incident's is where it happened, any other's is the ministry. What was
told on the clock of another place keeps that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from inviolable.posts.lookup import at_the_ministry

MINUS, SPACE = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"


class _Place:
    """Where a page stands; None until somebody says or asks."""

    zone: tzinfo | None = None


_PAGE: ContextVar[_Place | None] = ContextVar("page", default=None)


@contextmanager
def page() -> Iterator[None]:
    """One page, at no place yet."""
    token = _PAGE.set(_Place())
    try:
        yield
    finally:
        _PAGE.reset(token)


def stand_at(zone: tzinfo | None) -> None:
    """Say where the page stands that is made now; where none is made, as in a command, nobody is at a place."""
    if (here := _PAGE.get()) is not None:
        here.zone = zone


def at_the_place(moment: datetime) -> datetime:
    """A moment on the clock of the page's place; on the ministry's, where it has none."""
    here = _PAGE.get()
    if here is None:
        return at_the_ministry(moment)
    if here.zone is None:
        here.zone = at_the_ministry(moment).tzinfo
    return moment.astimezone(here.zone)


def day_words(day: date) -> str:
    """A date as people write it in the reader's language."""
    return _day_words(day, get_language())


@lru_cache(maxsize=10_000)
def _day_words(day: date, _language: str | None) -> str:
    return date_format(day, pgettext("format of a date, as in 27 January 2026", "j F Y"))


def told(first: datetime, last: datetime | None = None) -> str:
    """A moment, or from one to another, on the clock they are on: 27 January 2026, 11:00 (UTC−06:00), 17:00 UTC."""
    last = last or first
    there = _span(first, last)
    if not first.utcoffset() and not last.utcoffset():
        return f"{there}{SPACE}UTC"
    utc = _span(first.astimezone(UTC), last.astimezone(UTC), after=(first.date(), last.date()))
    return f"{there}{SPACE}(UTC{offset_words(first)}), {utc}{SPACE}UTC"


def offset_words(moment: datetime) -> str:
    """By how much a clock differs from UTC: −06:00."""
    return moment.isoformat()[-6:].replace("-", MINUS)


def as_of_words(as_of: str) -> str:
    """The day or moment whose knowledge a case holds, "" where it names none."""
    return _moment(as_of) if as_of else ""


def when_words(occurred: Iterable[str]) -> str:
    """When it happened, first and last, as a case file says it: a minute keeps the offset of the place."""
    first, last = occurred
    if min(len(first), len(last)) == len("2026-01-27"):
        both = {"first": _moment(first), "last": _moment(last)}
        return both["first"] if first == last else _("%(first)s to %(last)s") % both
    return told(datetime.fromisoformat(first), datetime.fromisoformat(last))


def _moment(text: str) -> str:
    return day_words(date.fromisoformat(text)) if len(text) == len("2026-01-27") else told(datetime.fromisoformat(text))


def _span(first: datetime, last: datetime, after: tuple[date, date] | None = None) -> str:
    """after: the days that were said just before, which need not be said again."""
    one_day = first.date() == last.date()
    bare = after == (first.date(), last.date()) and one_day
    begins = f"{first:%H:%M}" if bare else f"{day_words(first.date())}, {first:%H:%M}"
    if one_day and f"{first:%H:%M}" == f"{last:%H:%M}":
        return begins
    if one_day:
        return f"{begins}–{last:%H:%M}"
    return _("%(first)s to %(last)s") % {"first": begins, "last": f"{day_words(last.date())}, {last:%H:%M}"}
