"""Words of this room for templates: kinds of incident, roles, times on somebody's own clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from inviolable.alarm import wording
from inviolable.alarm.picture import Picture
from inviolable.alarm.plan import Phase
from inviolable.ledger.moments import read
from inviolable.posts.terms import DATED_ROLES
from inviolable.posts.wording import signed_in_as

register = template.Library()
register.filter("danger_name", wording.danger_name)
register.filter("asked_as", wording.asked_as)
register.filter("own", wording.own)
register.filter("signed_in_as", signed_in_as)

for name, words in {
    "phase_name": wording.PHASES,
    "why_name": wording.WHYS,
    "weakness_name": wording.WEAKNESSES,
    "message_state": wording.STATES,
    "channel_name": wording.CHANNELS,
}.items():
    register.filter(name, lambda word, words=words: words[word])

TONES = {Phase.ANSWERED: "go", Phase.TAKEN: "go", Phase.TOLD: "go", Phase.CALLING: "care", Phase.UNANSWERED: "stop"}


@register.filter
def tone(phase: str) -> str:
    """The colour that goes with a phase; the word beside it says the same."""
    return TONES.get(Phase(phase), "open")


@register.filter
def clock(moment: str | datetime, zone: str) -> str:
    """A moment on the clock of a zone: 2026-01-27 11:00."""
    return f"{_there(moment, zone):%Y-%m-%d %H:%M}"


@register.filter
def clock_seconds(moment: str | datetime, zone: str) -> str:
    """The time of day on the clock of a zone: 11:00:05."""
    return f"{_there(moment, zone):%H:%M:%S}"


def _there(moment: str | datetime, zone: str) -> datetime:
    return (read(moment) if isinstance(moment, str) else moment).astimezone(ZoneInfo(zone))


@register.filter
def after(moment: datetime, start: datetime) -> str:
    """How long after the start: 0:00:45."""
    return str(moment - start).partition(".")[0]


@register.filter
def named(picture: Picture, person: str) -> str:
    """Somebody's name where they are of the staff, else the id."""
    return picture.names.get(person, person)


@register.filter
def person_or_role(about: str, names: Mapping[str, str]) -> str:
    """A person's name, or a role as people call it."""
    return wording.asked_as(about) if about in DATED_ROLES else names.get(about, about)


@register.filter
def joined_roles(roles: Iterable[str]) -> str:
    """As which roles somebody answers."""
    return ", ".join(map(wording.asked_as, roles))
