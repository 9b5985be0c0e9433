"""Recordings: sealed segments that a device sends while it films. What arrived is kept in order, gaps are recorded.

A device signs a *statement* about each segment, one line of canonical JSON:

    {"beacon", "boot", "mono", "number", "prev", "recording", "sealed_bytes", "sealed_sha256", "wall"}

number counts from 0; prev is the SHA-256 of the statement before it (absent in the first); wall is the device's clock,
a claim; mono the milliseconds since the device started as `boot`; beacon the newest one it had. What no enrolled key in
force has signed, or what does not fit, is quarantined: kept and shown, never counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from inviolable.ledger import canonical
from inviolable.ledger.actions import Actor, append, lock_stream, objects, prepare_subject
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.gaps import gaps
from inviolable.ledger.keys import verifies
from inviolable.ledger.models import Beacon, Key, Segment, Subject
from inviolable.ledger.moments import Happened, read
from inviolable.ledger.registry import BadEntry, Recorded

#: Segments of a recording: three weeks of one each two seconds.
MOST = 1_000_000
FIELDS = {
    "beacon": str,
    "boot": str,
    "mono": int,
    "number": int,
    "recording": str,
    "sealed_bytes": int,
    "sealed_sha256": str,
    "wall": str,
}


class Quarantined(Exception):
    """A segment that does not count; it was kept, and the message says why."""


@transaction.atomic
def begin(stream: str, device: str, media: str, *, actor: Actor, now: datetime, part: str = "") -> Subject:
    """A new recording by an enrolled device. Its segments are to be sealed to the subject's recipient."""
    recording = str(uuid4())
    body = {"recording": recording, "device": device, "media": media} | ({"part": part} if part else {})
    body |= prepare_subject(recording, "recording", now)
    append(stream, "recording.begun", body, actor=actor, now=now, device=device)
    return Subject.objects.get(id=recording)


def receive_segment(statement: bytes, signature: bytes, sealed: bytes, *, actor: Actor, now: datetime) -> Recorded:
    """Keep one sealed segment: on disk before this returns. The same segment again is the same entry.

    Raises Quarantined for one that does not count, BadEntry where no recording can be told or the same number is being
    kept at this moment.
    """
    said = _read(statement)
    recording = Subject.objects.filter(id=_uuid(said.get("recording")), about="recording").first()
    if recording is None:
        raise BadEntry("segment: it names no recording that was begun.")
    if recording.erased:
        raise BadEntry("segment: its recording was erased; nothing more of it can be kept.")
    stream = recording.stream
    near = Segment.objects.filter(recording=recording.id, number__range=(said["number"] - 1, said["number"] + 1))
    there = {one.number: _as_recorded(one) for one in near.select_related("entry")}
    if (again := there.get(said["number"])) and again.body["statement"] == statement.decode():
        return again
    key = _signer(statement, signature, now)
    if why := _wrong(said, statement, sealed, key, {number: one.body for number, one in there.items()}):
        _quarantine(stream, str(recording.id), statement, signature, sealed, why, actor=actor, now=now)
        raise Quarantined(why)
    segment = str(uuid4())
    with objects().write(object_name(segment)) as sink:
        sink.write(sealed)
    body = {
        "segment": segment,
        "recording": str(recording.id),
        "number": said["number"],
        "statement": statement.decode(),
        "signature": signature.hex(),
        "key": key.key if key else "",
        "sealed_bytes": len(sealed),
        "sealed_sha256": said["sealed_sha256"],
        "grade": "A",
    }
    with transaction.atomic():
        lock_stream(stream)
        if Segment.objects.filter(recording=recording.id, number=said["number"]).exists():
            raise BadEntry(f"segment {said['number']}: came twice at the same moment; send it again.")
        return append(
            stream, "segment.received", body, actor=actor, now=now, happened=Happened.at(read(said["wall"])),
            device=key.name if key else "",
        )  # fmt: skip


@transaction.atomic
def end(stream: str, recording: str, *, actor: Actor, now: datetime) -> Recorded:
    """Close a recording, with its gaps: `3-5` says that segments 3 to 5 never came."""
    numbers = list(_segments(recording).values_list("number", flat=True))
    body = {"recording": recording, "segments": len(numbers), "gaps": gaps(numbers)}
    return append(stream, "recording.ended", body, actor=actor, now=now)


def replay(recording: str) -> list[str]:
    """The ids of the segments that arrived, in the order in which they were filmed."""
    return [_as_recorded(one).body["segment"] for one in _segments(recording).select_related("entry")]


def _segments(recording: str) -> QuerySet[Segment]:
    return Segment.objects.filter(recording=recording).order_by("number")


def _as_recorded(segment: Segment) -> Recorded:
    line = bytes(segment.entry.line)
    return Recorded(segment.entry_id, bytes(segment.entry.leaf), line, canonical.decode(line))


def _read(statement: bytes) -> dict[str, Any]:
    try:
        said = canonical.decode(statement)
        read(said["wall"])
    except (ValueError, KeyError, TypeError) as fault:
        raise BadEntry(f"segment: its statement cannot be read: {fault}") from None
    for name, kind in FIELDS.items():
        if type(said.get(name)) is not kind:
            raise BadEntry(f"segment: its statement has no {name}, or one of another type.")
    result: dict[str, Any] = said
    return result


def _uuid(text: object) -> str:
    if not isinstance(text, str) or len(text) != 36:
        raise BadEntry("segment: it names no recording.")
    return text


def _signer(statement: bytes, signature: bytes, now: datetime) -> Key | None:
    """The enrolled device that signed this, if its key is in force."""
    for key in Key.objects.filter(role="device"):
        if (key.revoked is None or now < key.revoked) and verifies(bytes(key.public), signature, statement):
            return key
    return None


def _wrong(
    said: Mapping[str, Any], statement: bytes, sealed: bytes, key: Key | None, before: Mapping[int, Mapping[str, Any]]
) -> str:
    """Why this segment does not count, or nothing."""
    number = said["number"]
    if key is None:
        return "it is signed by no enrolled device, or by one whose key was revoked"
    if said["sealed_bytes"] != len(sealed) or said["sealed_sha256"] != sha256(sealed).hexdigest():
        return "its bytes are not those that its device signed"
    if number in before:
        return f"segment {number} is there already, with other bytes"
    if not 0 <= number < MOST:
        return f"segment {number} is none of the first {MOST:,}"
    if not Beacon.objects.filter(sha256=said["beacon"]).exists():
        return "it names a beacon that was never issued"
    if number and (earlier := before.get(number - 1)):
        if said.get("prev") != sha256(earlier["statement"].encode()).hexdigest():
            return f"it does not follow segment {number - 1}: it belongs to another recording"
    elif not number and "prev" in said:
        return "the first segment follows nothing"
    if (later := before.get(number + 1)) and canonical.decode(later["statement"].encode()).get("prev") != sha256(
        statement
    ).hexdigest():
        return f"segment {number + 1} does not follow it: it belongs to another recording"
    return ""


@transaction.atomic
def _quarantine(
    stream: str,
    recording: str,
    statement: bytes,
    signature: bytes,
    sealed: bytes,
    why: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    body = {
        "recording": recording,
        "statement": statement.decode(),
        "signature": signature.hex() or "-",
        "sealed_sha256": sha256(sealed).hexdigest(),
        "why": why,
    }
    name = f"quarantine/{body['sealed_sha256']}.age"
    if not objects().exists(name):
        with objects().write(name) as sink:
            sink.write(sealed)
    append(stream, "segment.quarantined", body, actor=actor, now=now)
