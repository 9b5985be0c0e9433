"""Answering by a link, without signing in: it names one alarm, one role and one person, and nothing else.

It opens no page but its own. It stays good while the alarm is open, so that somebody who is called again may say so
again; a scanner that fetches it changes nothing, since only a button on the page answers (POST).
"""

from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "inviolable.alarm.link"


class Asked(NamedTuple):
    """Who is asked what by a link."""

    alarm: str
    role: str
    person: str


def link_to(alarm: str, role: str, person: str) -> str:
    """The whole address, for a message."""
    token = signing.dumps([alarm, role, person], salt=SALT)
    return f"{settings.ADDRESS}{reverse('alarm:answer', args=[token])}"


def page_of(alarm: str) -> str:
    """The whole address of its page, for whoever signs in."""
    return f"{settings.ADDRESS}{reverse('alarm:alarm', args=[alarm])}"


def confirmation_link(warning: str, post: str) -> str:
    """By which a post says that it has read a warning."""
    token = signing.dumps([warning, post], salt=f"{SALT}.warning")
    return f"{settings.ADDRESS}{reverse('alarm:confirm', args=[token])}"


def read_confirmation(token: str) -> tuple[str, str] | None:
    """(the warning, the post); None where the link is not ours."""
    try:
        warning, post = signing.loads(token, salt=f"{SALT}.warning")
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return warning, post


def read_link(token: str) -> Asked | None:
    """What a link asks; None where it is not ours."""
    try:
        return Asked(*signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError):
        return None
