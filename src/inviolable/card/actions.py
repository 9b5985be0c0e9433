"""The only functions that write in this room. Each is one transaction; time is an argument."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from inviolable.card.lookup import told_at
from inviolable.card.models import Asked, Counted
from inviolable.card.terms import State
from inviolable.ledger.actions import SYSTEM, Actor, append, lock_stream
from inviolable.ledger.exhibits import About, Intake
from inviolable.ledger.moments import Happened, written
from inviolable.outbox import actions as outbox
from inviolable.outbox.actions import Letter
from inviolable.outbox.models import Message
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import ways_of
from inviolable.posts.models import Post

#: Whoever stands at the door or reads the card. Nobody asks who it is.
STRANGER: Actor = {"role": "stranger", "id": "card"}
#: Within this time one visit is an entry, and the others are counted; and one emergency.
VISITS, EMERGENCIES = timedelta(minutes=15), timedelta(minutes=10)
#: Within this time requests of one agency at one post are one.
TOGETHER = timedelta(minutes=10)
#: How many requests may be opened within that time at one post, and at all of them; and of how many the words are kept.
MOST_AT_POST, MOST, KEPT = 6, 30, 5
#: At how many posts a rescue service rings somebody within that time: whoever pretends at all of them rings no more.
MOST_ANNOUNCED = 10
#: What strangers do is one after the other: no stream has this name.
LANE = "card"
#: A reference is read out by telephone: no two of these look alike. Eight of them are 39 bits.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class TooMany(Refused):
    """More is asked than any day has. It is not taken; the telephone is."""


# ---- what strangers do -------------------------------------------------------------------------


@transaction.atomic
def visit(post: Post, *, now: datetime) -> None:
    """Somebody has opened the card: an entry, or one more on the count of this quarter of an hour."""
    _record_or_count(post, "card.visited", {}, VISITS, now)


@transaction.atomic
def ask(post: Post, told: Mapping[str, str], *, now: datetime) -> str:
    """Take a request; its reference. It grants nothing and calls nobody: that is for whoever verifies it.

    told: agency, what, number, text, as a stranger wrote them. Raises TooMany.
    """
    lock_stream(LANE)
    recent = Asked.objects.filter(opened__gt=now - TOGETHER, opened__lte=now)
    here = list(recent.filter(post=post.slug).order_by("opened", "reference"))
    words = dict(told)
    for one in here:
        if one.state == State.OPEN and _name(one.said[0]["agency"]) == _name(words["agency"]):
            return _once_more(one.reference, words)
    if len(here) >= MOST_AT_POST or recent.count() >= MOST:
        raise TooMany(_("Too many requests have come within a few minutes, so this one was not taken."))
    code = "".join(secrets.choice(LETTERS) for _letter in range(8))
    asked = Asked(reference=f"Q-{code[:4]}-{code[4:]}", post=post.slug, opened=now)
    asked.write(secrets.token_hex(16), [words])
    asked.save(force_insert=True)
    body = {"request": asked.reference, "post": post.slug, "what": words["what"], "words": asked.digest}
    append(post.stream, "card.asked", body, actor=STRANGER, now=now)
    return asked.reference


def _name(agency: str) -> str:
    return " ".join(agency.casefold().split())


def _once_more(reference: str, words: dict[str, str]) -> str:
    """Somebody else at the same agency, or the same again: its words stay beside the first, as long as they are few."""
    one = Asked.objects.select_for_update().get(reference=reference)
    if words not in one.said and len(one.said) < KEPT:
        one.add(words)
    one.times += 1
    one.save()
    return reference


@transaction.atomic
def announce(post: Post, service: str, *, now: datetime) -> bool:
    """A rescue service says that it comes: who may consent and the officers on duty are told at once, the first time
    within ten minutes. Whether anybody is told by it. It grants nothing; and no rescue waits for it."""
    row, first = _record_or_count(post, "card.emergency_announced", {"service": service}, EMERGENCIES, now)
    name = f"E/{post.slug}/{int(row.since.timestamp())}"
    rung = Counted.objects.filter(kind=row.kind, since__gt=now - EMERGENCIES).count()
    if first and rung <= MOST_ANNOUNCED:
        _tell(name, post, "card_emergency", {"service": service, "announced": written(now)}, now)
    return Message.objects.filter(id__startswith=f"{name}/").exists()


def _record_or_count(
    post: Post, kind: str, told: Mapping[str, str], span: timedelta, now: datetime
) -> tuple[Counted, bool]:
    """Record it where none of its kind was recorded at this post within `span`, else count it; whether it was recorded.

    What was counted stands in the next entry, so that a thousand strangers do not grow the record by a thousand.
    """
    row, new = Counted.objects.select_for_update().get_or_create(post=post.slug, kind=kind, defaults={"since": now})
    if not new and timedelta() <= now - row.since < span:
        row.more += 1
        row.save()
        return row, False
    body: dict[str, Any] = {"post": post.slug, **told}
    if row.more:
        body |= {"others": row.more, "others_since": written(row.since)}
    append(post.stream, kind, body, actor=STRANGER, now=now)
    row.since, row.more = now, 0
    row.save()
    return row, True


# ---- what staff do -----------------------------------------------------------------------------


@transaction.atomic
def verify(reference: str, through: str, *, actor: Actor, now: datetime) -> None:
    """Whoever asks is who they say: they were called back by a number that we hold. Those who may consent are told.

    through: which number of ours, and where we have it from. Raises Refused.
    """
    asked = _open(reference)
    if not (said := " ".join(through.split())[:200]):
        raise Refused(_("Say through which number of ours they were called back."))
    if not any(one.isalpha() for one in said):
        raise Refused(_("Say also where we have that number from: the one on the form verifies nobody."))
    post = _decide(asked, State.VERIFIED, "card.verified", {"through": said}, actor, now)
    _tell(reference, post, "card_verified", {"request": reference, "what": asked.said[0]["what"]}, now)


@transaction.atomic
def refuse(reference: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Nobody is told of it any more. Raises Refused."""
    asked = _open(reference)
    if not (said := " ".join(why.split())[:200]):
        raise Refused(_("Say why; a few words are enough."))
    _decide(asked, State.REFUSED, "card.refused", {"why": said}, actor, now)


def _open(reference: str) -> Asked:
    asked = Asked.objects.select_for_update().filter(reference=reference, state=State.OPEN).first()
    if asked is None:
        raise Refused(_("There is no such request, or somebody has decided it already."))
    return asked


def _decide(asked: Asked, state: State, kind: str, told: Mapping[str, str], actor: Actor, now: datetime) -> Post:
    post = Post.objects.get(slug=asked.post)
    body = {"request": asked.reference, "post": post.slug, "times": asked.times, "words": asked.digest, **told}
    append(post.stream, kind, body, actor=actor, now=now)
    asked.state, asked.decided = state, now
    asked.save()
    return post


def _tell(name: str, post: Post, template: str, told: Mapping[str, str], now: datetime) -> None:
    """Tell those who may consent and the officers on duty, by all that reaches them. No stranger's word goes out.

    name: how the ids of the messages begin; with a capital, since no alarm's id does.
    """
    link = f"{settings.ADDRESS}{reverse('card:post', args=[post.slug])}"
    context = {"post_name": post.name, "telephone": post.telephone, "link": link, **told}
    letters = [
        Letter(f"{name}/{person}/{way}", person, way, template, context)
        for person, ways in ways_of(told_at(post, now)).items()
        for way in ways
    ]
    outbox.send_all(letters, stream=post.stream, crash="resend", actor=SYSTEM, now=now)


# ---- signage -----------------------------------------------------------------------------------


def begin_photograph(post: Post, taken: date, name: str, media: str, *, actor: Actor, now: datetime) -> Intake:
    """Take in a photograph of the post's signage; `keep_photograph` ends it. Raises Refused, and what sealing refuses.

    It is of grade C: a member of staff gave it, no enrolled device. The day is what they say.
    """
    zone = ZoneInfo(post.time_zone)
    if taken > now.astimezone(zone).date():
        raise Refused(_("That day has not come yet."))
    start = datetime.combine(taken, time(), zone)
    day = Happened(start, min(start + timedelta(days=1), now), post.time_zone, taken.isoformat())
    about = About("C", consent="not_needed", name=name, media=media, source="staff of the post", happened=day)
    return Intake(post.stream, about, actor=actor, now=now)


@transaction.atomic
def keep_photograph(intake: Intake, post: Post, taken: date, *, actor: Actor, now: datetime) -> None:
    """All of it has come."""
    exhibit = intake.finish(now).body["exhibit"]
    body = {"exhibit": exhibit, "post": post.slug, "taken": taken.isoformat()}
    append(post.stream, "signage.photographed", body, actor=actor, now=now)
