"""What devices film: recordings made ready before anything happens, segments taken in, and what a post may record.

Where everybody who is heard must agree to it, sound is recorded announced or not at all (scenario 38).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from inviolable.alarm.pressed import waiting
from inviolable.door.incident import incident_filmed
from inviolable.door.models import Device, Rule, Spoken, Taping
from inviolable.door.statement import NotEnrolled
from inviolable.door.terms import Consenting, Sound
from inviolable.ledger import beacons, canonical, recordings
from inviolable.ledger.actions import INSTALLATION, Actor, append, key_path, lock_stream, recipients
from inviolable.ledger.keys import signing_key, verifies
from inviolable.ledger.models import Entry, Key, Subject
from inviolable.ledger.moments import read
from inviolable.ledger.registry import Recorded
from inviolable.ledger.segments import Segment, read_segment
from inviolable.posts.actions import Refused
from inviolable.posts.models import Post

#: Heads that are told at a time.
MOST_HEADS = 50


class NoIncident(Refused):
    """The alarm that it belongs to is not recorded yet: to be sent again."""


# ---- before anything happens -------------------------------------------------------------------


def ready_for(key: str, has: str, *, now: datetime) -> dict[str, str]:
    """What a device needs to film: docs/recording.md, "Before anything happens".

    has: the recording that it would begin next. The one it gets is new where that one has begun, or where whom things
    are sealed to has changed. Raises TooFewRecipients.
    """
    there = Taping.objects.filter(device=key, begun=False).order_by("recording")
    made = None if _current(there) else recordings.prepare(now)  # Before anything is locked: the store may be slow.
    with transaction.atomic():
        Spoken.objects.select_for_update().get(key=key)
        ready = list(there.select_for_update())  # Locked: what begins at this very moment is not given up.
        taping = _current(ready)
        if taping and made:  # Another request was faster.
            _forget(made.recording)
        if taping is None:
            made = made or recordings.prepare(now)
            about = {"said": dict(made.said), "sealed_to": list(made.sealed_to)}
            taping = Taping.objects.create(recording=made.recording, device=key, **about)
        if taping.recording == has:  # It has filmed nothing to an earlier one that has not begun.
            for old in ready:
                if old.recording != has:
                    _forget(old.recording)
                    old.delete()
    said = {"sound": sound_at(Device.objects.get(key=key).post), "log": signing_key(key_path()).public.hex()}
    if beacon := beacons.current():
        said["beacon"] = beacon.decode()
    if taping.recording == has:
        return said
    return {**said, "recording": taping.recording, "recipient": taping.said["recipient"]}


def _current(ready: Iterable[Taping]) -> Taping | None:
    return next((one for one in ready if one.sealed_to == recipients()), None)


def _forget(recording: str) -> None:
    """Destroy its key once nothing names it any more: what is rolled back must find it."""
    transaction.on_commit(partial(recordings.discard, recording), robust=True)


def log_enrolled() -> dict[str, str]:
    """The entry by which the key became known that signs the record today, and the signature of the key before over it.

    Whoever believes that one can believe this one.
    """
    current = signing_key(key_path()).id
    rows = Entry.objects.filter(stream=INSTALLATION, kind="key.enrolled").order_by("-seq")
    for line, signature in rows.values_list("line", "signature").iterator():
        body = canonical.decode(bytes(line))["body"]
        if (body["key"], body["role"]) == (current, "log"):
            return {"line": bytes(line).decode(), "signature": bytes(signature).hex()}
    return {}


def sound_at(post: str) -> str:
    """What a post may record of what is said: nothing, until the legal adviser has decided."""
    rule = Rule.objects.filter(post=post).first()
    return rule.sound if rule else str(Sound.OFF)


@transaction.atomic
def decide(post: str, law: str, sound: str, why: str, *, actor: Actor, now: datetime) -> None:
    """What a post may record of what is said, by the law of the place. Raises Refused."""
    place = Post.objects.filter(slug=post).first()
    if place is None:
        raise Refused(_("There is no such post."))
    if law not in Consenting.values or sound not in Sound.values:
        raise Refused(_("Choose one of the answers."))
    if sound == Sound.ON and law != Consenting.ONE:
        raise Refused(_("Sound that is not announced needs a law by which it is enough that one side agrees."))
    if not (reason := " ".join(why.split())[:300]):
        raise Refused(_("Say why; a few words are enough."))
    body = {"post": post, "law": law, "sound": sound, "why": reason}
    lock_stream(place.stream)
    append(place.stream, "recording.ruled", body, actor=actor, now=now)


# ---- what is sent ------------------------------------------------------------------------------


def take(statement: bytes, signature: bytes, sealed: bytes, beacon: bytes, *, now: datetime) -> Recorded:
    """Keep a segment, in the incident of its post's latest alarm: on disk before this returns.

    Raises NoIncident, NotEnrolled, and what recordings.receive_segment does.
    """
    about: dict[str, Any] = {"beacon": beacon, "now": now}
    try:
        return recordings.receive_segment(statement, signature, sealed, **about)
    except recordings.NotBegun:
        _begin(read_segment(statement, signature), now)
    return recordings.receive_segment(statement, signature, sealed, **about)


def announce(heads: Sequence[tuple[bytes, bytes]], known: Sequence[bytes], *, now: datetime) -> int:
    """Record what will be sent; of how many that is new. Raises NoIncident, NotEnrolled, and as recordings.announce."""
    try:
        return recordings.announce(heads, known=known, now=now)
    except recordings.NotBegun:
        _begin(read_segment(*heads[0]), now)
    return recordings.announce(heads, known=known, now=now)


@transaction.atomic
def _begin(segment: Segment, now: datetime) -> None:
    """Begin its recording, which was made ready for a device. Raises NotBegun where there is none."""
    taping = Taping.objects.select_for_update().filter(recording=segment.said["recording"]).first()
    if taping is None:
        raise recordings.NotBegun("segment: it names no recording that was prepared.")
    if taping.begun:  # While we waited.
        return
    device = Device.objects.get(key=taping.device)
    key = Key.objects.filter(key=taping.device, role="device", revoked=None).first()
    if key is None or device.cut:
        raise NotEnrolled(cut=True)
    if not verifies(bytes(key.public), segment.signature, segment.statement):
        raise NotEnrolled
    waits = any(one.post == device.post for one in waiting(Path(settings.HOME)))
    incident = None if waits else incident_filmed(device.post, read(segment.said["wall"]), now)
    if incident is None:
        raise NoIncident(_("The alarm that this belongs to is not recorded yet."))
    prepared = recordings.Prepared(taping.recording, taping.said, tuple(taping.sealed_to))
    about: dict[str, Any] = {"actor": device.actor, "now": now, "prepared": prepared}
    recordings.begin(incident.stream, device.key, segment.said["media"][:100], **about)
    taping.begun = True
    taping.save()


def end(device: Device, recording: str, made: int, *, now: datetime) -> None:
    """A device says that a recording of its own is over, with so many segments. Raises Refused."""
    subject = Subject.objects.filter(id=recording, about="recording", device=device.key).first()
    if subject is None:
        raise Refused(_("This device has begun no such recording."))
    recordings.end(subject.stream, recording, made=made, actor=device.actor, now=now)
