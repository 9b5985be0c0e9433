"""Prints the paper pack. One transaction; time is an argument."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from inviolable.door.pack import Pack, pack_of
from inviolable.ledger.actions import Actor, append
from inviolable.ledger.moments import written
from inviolable.posts.models import Post


@transaction.atomic
def print_pack(post: Post, language: str, *, actor: Actor, now: datetime) -> tuple[Pack, bytes]:
    """A post's pack and its PDF, recorded as printed. language: of the staff, `en` or `es`. Raises Refused."""
    pack = pack_of(post, language, now)
    pdf = pack.pdf(now)
    body = {"post": post.slug, "version": pack.version, "expires": written(pack.expires), "language": language}
    append(post.stream, "paper.printed", body, actor=actor, now=now)
    return pack, pdf
