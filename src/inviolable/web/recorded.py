"""Entries of how people sign in, made wherever that changes: on a page, by a command, by coming for the first time."""

from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from inviolable.ledger.actions import SYSTEM
from inviolable.posts.actions import record_way
from inviolable.posts.models import User
from inviolable.web.clock import now_of

#: What the record calls each way of signing in.
WAYS = {"webauthn": "passkey", "totp": "code"}


def way_added(instance: Authenticator | SocialAccount, created: bool, **_told: Any) -> None:
    """Record it, in the transaction that adds it."""
    if created:
        _record(instance, "added")


def way_removed(instance: Authenticator | SocialAccount, **_told: Any) -> None:
    """Record it, in the transaction that removes it."""
    _record(instance, "removed")


def _record(instance: Authenticator | SocialAccount, what: str) -> None:
    request = context.request
    way = WAYS[instance.type] if isinstance(instance, Authenticator) else "provider"
    signed_in = request is not None and isinstance(getattr(request, "user", None), User)
    actor = request.user.actor if signed_in else SYSTEM if request is None else instance.user.actor
    record_way(instance.user, way, what, actor=actor, now=now_of(request))
