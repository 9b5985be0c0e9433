"""Words of this room for messages: what is asked, who comes, times on somebody's own clock."""

from zoneinfo import ZoneInfo

from django import template

from inviolable.card.terms import Service, What
from inviolable.ledger.moments import read

register = template.Library()


@register.filter
def asked(what: str) -> str:
    """What is asked, as people say it."""
    return str(What(what).label)


@register.filter
def service(name: str) -> str:
    """A rescue service, as people call it."""
    return str(Service(name).label)


@register.filter
def clock(moment: str, zone: str) -> str:
    """A moment on the clock of a zone: 2026-01-27 11:00."""
    return f"{read(moment).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
