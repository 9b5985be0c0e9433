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
