"""Words of this room for templates: kinds of incident, roles, times on somebody's own clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template

from inviolable.alarm import wording
from inviolable.alarm.picture import Picture
from inviolable.alarm.plan import Phase
from inviolable.alarm.score import Verdict
from inviolable.incidents.wording import actor_name
from inviolable.ledger.moments import read
from inviolable.posts.terms import DATED_ROLES
from inviolable.posts.wording import signed_in_as

register = template.Library()
register.filter("danger_name", wording.danger_name)
register.filter("alarm_called", wording.alarm_called)
register.filter("alarm_name", wording.alarm_name)
register.filter("first_words", wording.first_words)
register.filter("asked_as", wording.asked_as)
register.filter("own", wording.own)
register.filter("signed_in_as", signed_in_as)
register.filter("result", wording.result)
register.filter("result_times", wording.result_times)
register.filter("span", wording.span)

for name, words in {
    "phase_name": wording.PHASES,
    "why_name": wording.WHYS,
    "weakness_name": wording.WEAKNESSES,
    "message_state": wording.STATES,
    "channel_name": wording.CHANNELS,
    "verdict_name": wording.VERDICTS,
    "missed_name": wording.MISSED,
}.items():
    register.filter(name, lambda word, words=words: words[word])

TONES = {Phase.ANSWERED: "go", Phase.TAKEN: "go", Phase.TOLD: "go", Phase.CALLING: "care", Phase.UNANSWERED: "stop"}


@register.filter
def tone(phase: str) -> str:
    """The colour that goes with a phase; the word beside it says the same."""
    return TONES.get(Phase(phase), "open")


VERDICT_TONES = {Verdict.IN_TIME: "go", Verdict.TOLD: "go", Verdict.LATE: "care", Verdict.NOBODY: "stop"}


@register.filter
def verdict_tone(verdict: str) -> str:
    """The colour that goes with how a step went; the word beside it says the same."""
    return VERDICT_TONES.get(Verdict(verdict), "open")


@register.filter
def day(moment: datetime, zone: str) -> str:
    """The day on the calendar of a zone: 2026-01-27."""
    return f"{_there(moment, zone):%Y-%m-%d}"


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
def after(moment: str | datetime, start: datetime) -> str:
    """How long after the start: 0:00:45."""
    since = (read(moment) if isinstance(moment, str) else moment) - start
    return wording.span(max(since, timedelta()) // timedelta(seconds=1))


@register.filter
def named(picture: Picture, person: str) -> str:
    """Somebody's name where they are of the staff, or what a device is called; else the id."""
    return picture.names.get(person) or actor_name(person)


@register.filter
def person_or_role(about: str, names: Mapping[str, str]) -> str:
    """A person's name, or a role as people call it."""
    return wording.asked_as(about) if about in DATED_ROLES else names.get(about, about)


@register.filter
def step_role(step: str, roles: Mapping[str, str]) -> str:
    """Whom a step calls, as people say it."""
    return wording.asked_as(roles.get(step, step))


@register.filter
def joined_roles(roles: Iterable[str]) -> str:
    """As which roles somebody answers."""
    return ", ".join(map(wording.asked_as, roles))
