"""What of the door is not ready at a post."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from inviolable.door.models import Device
from inviolable.door.pack import STANDINGS, Standing, standing
from inviolable.posts.actions import Refused
from inviolable.posts.models import Post
from inviolable.posts.readiness import Wanting
from inviolable.posts.terms import MINISTRY


def look(post: Post, now: datetime) -> Iterator[Wanting]:
    """Whether a tablet stands at its door, and sheets for the day without power say what is so today."""
    if post.post_class == MINISTRY or post.status == "ended":
        return
    if not Device.objects.filter(post=post.slug, cut=None).exists():
        yield Wanting("tablet", _("Devices at the door"), _("none is enrolled"))
    try:
        state = standing(post, now)
        words = "" if state == Standing.GOOD else str(STANDINGS[state])
    except Refused as fault:
        words = str(fault)
    if words:
        yield Wanting("paper", _("Paper pack"), words)
