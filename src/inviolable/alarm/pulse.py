"""Whether every post has been heard from: its device says so each minute, and silence is an alarm.

USERS.md, hostile 7; RESPONSE.md, A.4, row 8. A device that goes to sleep says until when; what was never heard from is
not missed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from inviolable.alarm.actions import raise_alarm
from inviolable.alarm.models import Pulse
from inviolable.alarm.terms import Danger
from inviolable.law.faults import shown
from inviolable.ledger.actions import SYSTEM, Actor, append
from inviolable.ledger.moments import written
from inviolable.posts.actions import Refused
from inviolable.posts.models import Post
from inviolable.posts.terms import MINISTRY

#: How long a device may be silent, and for how long at most it may sleep.
SILENT, LONGEST_SLEEP = timedelta(minutes=5), timedelta(days=14)


@transaction.atomic
def beat(post: str, *, actor: Actor, now: datetime, until: datetime | None = None) -> None:
    """A post is heard from. until: when it will be heard from again at the latest, where it goes to sleep.

    Only the first beat, and the first after an alarm, are entries. Raises Refused.
    """
    place = Post.objects.filter(slug=post).first()
    if place is None:
        raise Refused(f"heartbeat: there is no post {shown(post)}.")
    if until and not now < until <= now + LONGEST_SLEEP:
        raise Refused(f"until: found {written(until)}; a moment within {LONGEST_SLEEP.days} days is allowed.")
    source = actor["id"]
    # What was heard before sources were kept was a program; a device is never taken for it.
    sources = (source,) if source.startswith("device:") else ("", source)
    ours = Pulse.objects.select_for_update().filter(post=post, source__in=sources)
    known = ours.order_by("-source").first()
    if known is None or known.missed:
        append(place.stream, "post.heard", {"post": post}, actor=actor, now=now)
    known = known or Pulse(post=post)
    known.source, known.at, known.until, known.missed = source, now, until, False
    known.save()


@transaction.atomic
def forget(post: str, *, actor: Actor, now: datetime, source: str | None = None) -> None:
    """What was heard from at a post is taken out of service: its silence means nothing any more. Raises Refused.

    source: only this one of several.
    """
    known = Pulse.objects.filter(post=post) if source is None else Pulse.objects.filter(post=post, source=source)
    if not list(known.select_for_update()):
        raise Refused(f"heartbeat: {shown(post)} was never heard from.")
    append(Post.objects.get(slug=post).stream, "post.unwatched", {"post": post}, actor=actor, now=now)
    known.delete()


def silent(now: datetime, since: datetime) -> list[str]:
    """The posts of which something should be heard by now. since: whoever looks could not have heard it before."""
    found = _late(now).order_by("post").values_list("post", flat=True).distinct()
    return list(found) if since < now - SILENT else []


def _late(now: datetime) -> QuerySet[Pulse]:
    """What is silent and was not missed yet."""
    return Pulse.objects.filter(Q(until=None, at__lt=now - SILENT) | Q(until__lt=now - SILENT), missed=False)


def miss(posts: list[str], now: datetime) -> None:
    """Raise the alarm for posts that are silent; one at the ministry where none of several is heard from any more: then
    it is our own line. One that cannot be raised keeps no other from it; it is raised at the end."""
    ministry = Post.objects.filter(post_class=MINISTRY).order_by("slug").first()
    heard = Pulse.objects.filter(missed=False).exclude(id__in=_late(now).values("id"))
    ours = len(posts) > 1 and not heard.exists()
    faults = []
    for where, silent in [(ministry.slug, posts)] if ours and ministry else [(post, [post]) for post in posts]:
        try:
            _miss(where, silent, now)
        except Exception as fault:
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"{len(faults)} posts are silent, and no alarm can be raised", faults)


@transaction.atomic
def _miss(where: str, posts: list[str], now: datetime) -> None:
    if _late(now).filter(post__in=posts).update(missed=True):
        raise_alarm(where, Danger.THREAT, way="silence", actor=SYSTEM, now=now)
