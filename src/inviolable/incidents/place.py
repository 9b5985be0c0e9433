"""On whose clock the moments of an incident are told: that of the place where it happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from inviolable.counsel import clocks
from inviolable.incidents.fold import IncidentState
from inviolable.ledger.moments import Happened
from inviolable.posts.lookup import at_the_ministry
from inviolable.posts.models import Post


def posts_at(state: IncidentState) -> list[Post]:
    """Our posts in the city where it happened."""
    posts = Post.objects.filter(receiving=state.opened.get("receiving", "")).exclude(city="")
    return [one for one in posts if one.city in state.opened.get("place", "")]


def zone_of(state: IncidentState) -> tzinfo | None:
    """The clock of the place where it happened, None where nobody told one: of our post there, or one that was named
    since, if its offset is the one that was told; else that offset."""
    ours = [ZoneInfo(one.time_zone) for one in posts_at(state) if one.time_zone]
    occurred = state.opened["occurred"].partition("/")[0]
    began = datetime.fromisoformat(occurred) if len(occurred) > len("2026-01-27") else None
    if began is None or began.tzinfo is None:
        return next(iter(ours), None)
    zones = (*ours, *map(ZoneInfo, state.zones))
    return next((one for one in zones if began.astimezone(one).utcoffset() == began.utcoffset()), began.tzinfo)


def day_of(happened: Happened, there: tzinfo | None = None) -> date:
    """On the calendar of the place that it was told in; where nobody told one, of a place `there`, else the
    ministry's."""
    zone = ZoneInfo(happened.zone) if happened.zone else there
    return (happened.start.astimezone(zone) if zone else at_the_ministry(happened.start)).date()


@contextmanager
def on_its_clock(state: IncidentState) -> Iterator[None]:
    """A document about an incident, which no request asks for."""
    with clocks.page():
        clocks.stand_at(zone_of(state))
        yield
