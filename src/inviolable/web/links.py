"""Sign-in links: made on the command line, opened once, on the same machine."""

import hashlib
import ipaddress
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest

from inviolable.posts.models import User
from inviolable.web.headers import PROXIED, tells_of_a_proxy
from inviolable.web.models import SignInLink

LIFETIME = timedelta(hours=24)
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_link(user: User, *, now: datetime) -> str:
    """A fresh token for `user`, good for one use within LIFETIME. Earlier unused ones stop working."""
    SignInLink.objects.filter(user=user, used=None).delete()
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(user=user, token_sha256=_hash(token), expires=now + LIFETIME)
    return token


def find_link(token: str, *, now: datetime) -> SignInLink | None:
    """The link that `token` opens, if it is unused, in time, and its user may sign in."""
    return (
        SignInLink.objects.select_related("user")
        .filter(token_sha256=_hash(token), used=None, expires__gt=now, user__is_active=True)
        .first()
    )


@transaction.atomic
def use_link(token: str, *, now: datetime) -> User | None:
    """Use up the link and return its user; None when it is no good. Of two attempts at once, one succeeds."""
    link = find_link(token, now=now)
    if link is None or not SignInLink.objects.filter(pk=link.pk, used=None).update(used=now):
        return None
    return link.user


def is_loopback(request: HttpRequest) -> bool:
    """Whether the request was made on this machine, by name and by address, with no proxy in between."""
    if request.META.get(PROXIED) or any(
        key.startswith("HTTP_") and tells_of_a_proxy(key.removeprefix("HTTP_")) for key in request.META
    ):
        return False
    host, _, port = request.get_host().rpartition(":")
    name = host if host and port.isdigit() else request.get_host()
    try:
        from_here = ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback
    except ValueError:
        return False
    return from_here and name.lower() in LOOPBACK_NAMES
