"""Which incident what is told at a door belongs to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from inviolable.alarm.models import Alarm
from inviolable.alarm.terms import DURESS
from inviolable.incidents.models import Incident

#: For how long after its alarm was stood down an event may still be told about from the door.
AFTER = timedelta(hours=12)
#: Ways of alarms that are not told about at the door: nobody is heard there, or somebody must not be given away.
APART = ("silence", DURESS)


def incident_at(post: str, now: datetime, apart: Sequence[str] = APART) -> Incident | None:
    """The open one of the post's latest alarm, no drill and none of the ways apart; None where there is none."""
    alarms = Alarm.objects.filter(Q(ended=None) | Q(ended__gt=now - AFTER), post=post, exercise=False)
    streams = list(alarms.exclude(way__in=apart).order_by("-raised", "-id").values_list("stream", flat=True)[:10])
    found = {one.stream: one for one in Incident.objects.filter(stream__in=streams, closed=None)}
    return next((found[stream] for stream in streams if stream in found), None)


def incident_filmed(post: str, filmed: datetime, now: datetime) -> Incident | None:
    """Where a film belongs that begins now: as what is told at the door; else to the latest alarm that was not long
    over when it was filmed, although its incident may be closed by now. None where its alarm is still to come.

    filmed: by the device's clock; where that tells of the future, any alarm will do. Where a device fell silent,
    another one films why.
    """
    if incident := incident_at(post, now, apart=(DURESS,)):
        return incident
    alarms = Alarm.objects.filter(post=post, exercise=False).exclude(way=DURESS)
    if filmed <= now + AFTER:
        alarms = alarms.filter(Q(ended=None) | Q(ended__gt=min(filmed, now) - AFTER))
    latest = alarms.order_by("-raised", "-id").first()
    return Incident.objects.get(stream=latest.stream) if latest else None
