"""Which incident what is told at a door belongs to."""

from datetime import datetime, timedelta

from inviolable.alarm.models import Alarm
from inviolable.incidents.models import Incident

#: For how long after its alarm was stood down an event may still be told about from the door.
AFTER = timedelta(hours=12)


def incident_at(post: str, now: datetime) -> Incident | None:
    """That of the post's latest alarm, as long as it is open and no drill; None where there is none."""
    alarm = Alarm.objects.filter(post=post, exercise=False).order_by("-raised", "-id").first()
    if alarm is None or (alarm.ended and alarm.ended < now - AFTER):
        return None
    return Incident.objects.filter(stream=alarm.stream, closed=None).first()
