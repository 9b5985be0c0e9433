"""What the screen of a duty room says: which alarms are open, and whether the ministry has each of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from inviolable.alarm.lookup import seen_by
from inviolable.alarm.models import Alarm, Reply
from inviolable.alarm.picture import accepted
from inviolable.alarm.plan import Phase
from inviolable.alarm.pressed import waiting
from inviolable.alarm.terms import DURESS, Whose
from inviolable.posts.lookup import holdings_of
from inviolable.posts.models import Person, Post
from inviolable.posts.roles import Actor
from inviolable.posts.terms import MINISTRY


class Sound(StrEnum):
    """What the screen does about an alarm, the loudest last."""

    TAKEN = "taken"
    DRILL = "drill"
    ALARM = "alarm"


@dataclass(frozen=True)
class Shown:
    """One open alarm. by: who had it first, perhaps nobody at the ministry; name: of whom."""

    alarm: Alarm
    post: Post
    sound: Sound
    by: Reply | None
    name: str


def on_screen(now: datetime, user: Actor | None = None) -> list[Shown]:
    """Every open alarm, the loudest first, then those under duress, then the oldest; for a user those that they may
    see."""
    alarms = list(seen_by(user).filter(ended=None).order_by("raised", "id").prefetch_related("escalations", "replies"))
    posts = Post.objects.in_bulk({one.post for one in alarms})
    heard = {alarm.id: accepted(sorted(alarm.replies.all(), key=lambda one: (one.at, one.id))) for alarm in alarms}
    people = {one.person for replies in heard.values() for one in replies}
    names = dict(Person.objects.filter(id__in=people).values_list("id", "name"))
    ministry, found = _at_the_ministry(now), []
    for alarm in alarms:
        by = next(iter(heard[alarm.id]), None)
        sound = Sound.DRILL if alarm.exercise else Sound.ALARM
        if _is_taken(alarm, heard[alarm.id], ministry):
            sound = Sound.TAKEN
        found.append(Shown(alarm, posts[alarm.post], sound, by, names.get(by.person, by.person) if by else ""))
    order = list(Sound)
    return sorted(found, key=lambda one: (-order.index(one.sound), one.alarm.way != DURESS))


def waiting_unrecorded(home: Path) -> bool:
    """Whether a real alarm waits that is not recorded yet: nobody can have it, so the screen is loud."""
    return any(not one.exercise for one in waiting(home))


def _is_taken(alarm: Alarm, replies: Collection[Reply], ministry: Collection[str]) -> bool:
    """Whether a step that asks people of the ministry is answered, or one of them took over what nobody had.

    An answer that ran out counts no more. Where a protocol asks nobody at the ministry, any answer counts.
    """
    phases = {one.step: one.phase for one in alarm.escalations.all()}
    asks = [step for step in alarm.plan() if step.answers]
    asked = {phases[step.name] for step in [one for one in asks if one.at == Whose.MINISTRY] or asks}
    taken_over = Phase.TAKEN in asked and any(one.person in ministry for one in replies)
    return Phase.ANSWERED in asked or taken_over


def _at_the_ministry(now: datetime) -> set[str]:
    """Everybody who holds a role there."""
    places = Post.objects.filter(post_class=MINISTRY).values_list("slug", flat=True)
    return {one.person for one in holdings_of(places) if one.holds(now)}
