"""Many alarms at once: whose telephone rings about several gets one call about all of them, not one for each.

A telephone rings for one call at a time: the others would find it engaged and count as not answered. Texts and mails
still come for each, so whoever has nothing but a telephone is called for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from inviolable.alarm.models import Alarm
from inviolable.outbox.actions import Letter
from inviolable.outbox.models import Message
from inviolable.posts.models import Post

TEMPLATE = "alarm_storm"
#: About how many other alarms somebody is called, within which time, before there is one call for all.
FEW, SOON = 2, timedelta(minutes=2)


def in_one_call(alarm: Alarm, letters: Iterable[Letter], now: datetime) -> list[Letter]:
    """The letters of a call, where whoever is called about other alarms, too, gets one telephone call about all."""
    given = list(letters)
    by_more = {one.person for one in given if one.channel != "voice"}
    rings = {one.person for one in given if one.channel == "voice" and one.context["asked"]} & by_more
    if not rings or alarm.exercise or Alarm.objects.filter(ended=None, exercise=False)[: FEW + 1].count() <= FEW:
        return given
    about = _about(rings, now)
    joined = {person: alarms | {alarm.id} for person, alarms in about.items() if len(alarms - {alarm.id}) >= FEW}
    rang = _rang(joined, now)
    return [
        _of_all(one, joined[one.person]) if one.channel == "voice" and one.person in joined else one
        for one in given
        if one.channel != "voice" or (one.person, len(joined.get(one.person, ())).bit_length()) not in rang
    ]


def _about(people: Iterable[str], now: datetime) -> dict[str, set[str]]:
    """Of each, the open alarms about which they were called just now."""
    calls = Message.objects.filter(person__in=people, template="alarm", queued__gt=now - SOON)
    found: dict[str, set[str]] = {}
    for person, message in calls.values_list("person", "id"):
        found.setdefault(person, set()).add(message.partition("/")[0])
    names = {name for alarms in found.values() for name in alarms}
    still = set(Alarm.objects.filter(id__in=names, ended=None, exercise=False).values_list("id", flat=True))
    return {person: alarms & still for person, alarms in found.items()}


def _rang(people: Iterable[str], now: datetime) -> set[tuple[str, int]]:
    """Whose telephone rang just now about all alarms, and about how many, by powers of two."""
    calls = Message.objects.filter(person__in=people, template=TEMPLATE, queued__gt=now - SOON)
    found = calls.values_list("person", "context")
    return {(person, len(context["alarms"].split()).bit_length()) for person, context in found}


def _of_all(one: Letter, about: set[str]) -> Letter:
    """The more alarms there are, the rarer a call about one more: of twelve, at the third, fourth and eighth."""
    alarms = sorted(about)
    context = {"asked": "yes", "alarms": " ".join(alarms), "posts": _posts(alarms)}
    return Letter(f"{TEMPLATE}/{one.id}", one.person, "voice", TEMPLATE, context)


def _posts(alarms: Sequence[str]) -> str:
    slugs = Alarm.objects.filter(id__in=alarms).values("post")
    return ", ".join(Post.objects.filter(slug__in=slugs).order_by("name").values_list("name", flat=True))
