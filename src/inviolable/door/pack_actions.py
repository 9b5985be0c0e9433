"""Prints the paper pack: the only function of it that writes. Time is an argument."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from inviolable.door.pack import Pack
from inviolable.ledger.actions import Actor, append
from inviolable.ledger.moments import written


def print_pack(pack: Pack, *, actor: Actor, now: datetime) -> bytes:
    """The PDF of a pack, recorded as printed. Raises Refused.

    It is set before anything is locked: whoever raises an alarm meanwhile does not wait.
    """
    pdf = pack.pdf(now)
    body = {"post": pack.post.slug, "version": pack.version, "expires": written(pack.expires)}
    with transaction.atomic():
        append(pack.post.stream, "paper.printed", {**body, "language": pack.language}, actor=actor, now=now)
    return pdf
