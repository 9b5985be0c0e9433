"""Warning the other posts: a person at the ministry releases it, each post confirms it, a retraction goes the same way.

Beside actions.py the only functions of this room that write. Each is one transaction; time is an argument. Scenario 17:
three instructions, what and where, and nothing about any person.
"""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from inviolable.alarm.links import confirmation_link
from inviolable.alarm.lookup import shipped_protocol
from inviolable.alarm.models import Alarm, KeptProtocol, Warned
from inviolable.alarm.protocols import Protocol, read_protocol
from inviolable.law.faults import shown
from inviolable.ledger.actions import SYSTEM, Actor, append
from inviolable.ledger.moments import written
from inviolable.outbox import actions as outbox
from inviolable.outbox.actions import Letter
from inviolable.outbox.models import Message
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import holdings_of, ways_of
from inviolable.posts.models import Post
from inviolable.posts.roster import called_as
from inviolable.posts.terms import MINISTRY

#: Whose telephones ring at a post that is warned.
TOLD = ("head", "officer", "reception")


@transaction.atomic
def warn(alarm: str, *, actor: Actor, now: datetime) -> Warned:
    """Warn every other open post in that State. Raises Refused where that was done, or the alarm is over."""
    raised = Alarm.objects.select_for_update().filter(id=alarm).first()
    if raised is None or raised.ended:
        raise Refused(_("There is no open alarm %(name)s.") % {"name": shown(alarm)})
    if Warned.objects.filter(alarm=alarm, retracted=None).exists():
        raise Refused(_("The other posts were warned of this alarm already."))
    place = raised.place
    others = Post.objects.filter(receiving=place.receiving, status="open").exclude(slug=place.slug)
    posts = [post for post in others.exclude(post_class=MINISTRY).order_by("slug") if place.receiving]
    if not posts:
        raise Refused(_("There is no other open post in that State."))
    do = [dict(one) for one in _protocol_of(raised).network]
    told = {"warning": str(uuid4()), "alarm": alarm, "post": place.slug, "danger": raised.danger, "do": do}
    body = told | {"posts": [post.slug for post in posts]} | ({"exercise": "yes"} if raised.exercise else {})
    append(raised.stream, "warning.released", body, actor=actor, now=now)
    warned = Warned.objects.get(id=told["warning"])
    for post in posts:
        _tell(warned, post, "network", confirmation_link(warned.id, post.slug), now)
    return warned


def _protocol_of(alarm: Alarm) -> Protocol:
    kept = KeptProtocol.objects.filter(sha256=alarm.protocol).first()
    return read_protocol(kept.text, kept.number) if kept else shipped_protocol()


@transaction.atomic
def confirm(warning: str, post: str, *, way: str, actor: Actor, now: datetime) -> None:
    """A post says that it has read the warning. Said twice, it is said once. Raises Refused."""
    warned = _open(warning)
    if post not in warned.posts:
        raise Refused(_("%(post)s was not warned.") % {"post": shown(post)})
    if not warned.confirmations.filter(post=post).exists():
        body = {"warning": warning, "post": post, "way": way}
        append(warned.stream, "warning.confirmed", body, actor=actor, now=now)


@transaction.atomic
def retract(warning: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Take a warning back: whoever was told is told so. Raises Refused."""
    warned = _open(warning)
    if not why.strip():
        raise Refused(_("Say why it is taken back; a few words are enough."))
    body = {"warning": warning, "why": why.strip()}
    append(warned.stream, "warning.retracted", body, actor=actor, now=now)
    warned.refresh_from_db()
    outbox.withdraw(f"{warned.id}/", now)
    for post in Post.objects.filter(slug__in=warned.posts).order_by("slug"):
        _tell(warned, post, "network_over", "", now)


def _open(warning: str) -> Warned:
    warned = Warned.objects.select_for_update().filter(id=warning).first()
    if warned is None:
        raise Refused(_("There is no warning %(name)s.") % {"name": shown(warning)})
    if warned.retracted:
        raise Refused(_("This warning was taken back at %(at)s.") % {"at": written(warned.retracted)})
    return warned


def _tell(warned: Warned, post: Post, template: str, link: str, now: datetime) -> None:
    """Everybody at a post whose telephone rings, by everything that reaches them."""
    standing = [one for one in holdings_of([post.slug]) if one.holds(now)]
    people = dict.fromkeys(person for role in TOLD for person in called_as(standing, role, now))
    place = Post.objects.get(slug=warned.post)
    context = {"where": place.name, "zone": place.time_zone, "danger": warned.danger, "why": warned.why}
    context |= {"released": written(warned.released), "exercise": "yes" if warned.exercise else "", "link": link}
    context |= {
        f"do_{number}_{language}": words for number, one in enumerate(warned.do, 1) for language, words in one.items()
    }
    letters = [
        Letter(f"{warned.id}/{template}/{post.slug}/{person}/{way}", person, way, template, context)
        for person, ways in ways_of(people).items()
        for way in ways
    ]
    outbox.send_all(letters, stream=warned.stream, crash="resend", actor=SYSTEM, now=now)


def told_at(warned: Warned) -> dict[str, int]:
    """At how many telephones and addresses each warned post was reached so far."""
    gone = Message.objects.filter(
        id__startswith=f"{warned.id}/network/", state__in=[Message.State.SENT, Message.State.DELIVERED]
    )
    found = dict.fromkeys(warned.posts, 0)
    for name in gone.values_list("id", flat=True):
        found[name.split("/")[2]] += 1
    return found
