"""Recordings: sealed segments that a device sends while it films. What arrived is kept in order, gaps are recorded.

What does not count (segments.py) is quarantined: kept and shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from inviolable.ledger import beacons, canonical, subjects
from inviolable.ledger.actions import Actor, append, lock_stream, objects, prepare_subject, recipients, subject_keys
from inviolable.ledger.beside import Beside, beside
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.gaps import gaps
from inviolable.ledger.models import Entry, Head, Key, Segment, Subject
from inviolable.ledger.moments import Happened, read
from inviolable.ledger.registry import BadEntry, Recorded
from inviolable.ledger.segments import Segment as Said
from inviolable.ledger.segments import read_segment, wrong_bytes, wrong_of_itself, wrong_there
from inviolable.ledger.store import NameTaken, NotInStore
from inviolable.ledger.together import together

#: So many segments of a recording are quarantined: whoever invents more fills no disk.
MOST_QUARANTINED = 200


NOT_BEGUN = "segment: it names no recording that was begun."
ERASED = "segment: its recording was erased; nothing more of it can be kept."


class Quarantined(Exception):
    """A segment that does not count; it was kept, and the message says why."""


class NotBegun(BadEntry):
    """A segment of a recording that has not begun."""


class Erased(BadEntry):
    """A segment of a recording that was erased."""


class SameMoment(BadEntry):
    """A segment that is being kept at this very moment: sent again, it is there."""


@dataclass(frozen=True)
class Prepared:
    """A key pair for a recording to come. sealed_to: whom its private half is sealed to."""

    recording: str
    said: Mapping[str, str]
    sealed_to: tuple[str, ...]


def prepare(now: datetime) -> Prepared:
    """Make the key pair of a recording, so that a device can seal before anything happens. Nothing is recorded.

    Raises TooFewRecipients where headquarters has fewer than two.
    """
    recording, sealed_to = str(uuid4()), tuple(recipients())
    return Prepared(recording, prepare_subject(recording, "recording", now), sealed_to)


def discard(recording: str) -> None:
    """A prepared recording that will never begin: destroy its key, where it is there still."""
    with suppress(NotInStore):
        subjects.destroy(subject_keys(), recording)


@transaction.atomic
def begin(
    stream: str,
    device: str,
    media: str,
    *,
    actor: Actor,
    now: datetime,
    part: str = "",
    prepared: Prepared | None = None,
) -> Subject:
    """A new recording by the device of this key id. Its segments are to be sealed to the subject's recipient."""
    ready = prepared or prepare(now)
    body = {"recording": ready.recording, "device": device, "media": media} | ({"part": part} if part else {})
    append(stream, "recording.begun", body | dict(ready.said), actor=actor, now=now, device=device)
    return Subject.objects.get(id=ready.recording)


def receive_segment(
    statement: bytes, signature: bytes, sealed: bytes, *, now: datetime, beacon: bytes = b""
) -> Recorded:
    """Keep one sealed segment: on disk before this returns. The same segment again is the same entry.

    beacon: the text of the one that it names, in case it was forgotten here. Raises Quarantined for one that does not
    count, NotBegun, Erased, SameMoment, and BadEntry where it cannot be read.
    """
    segment = read_segment(statement, signature)
    there = beside(segment, now)
    if there is None:
        raise NotBegun(NOT_BEGUN)
    if there.erased:
        raise Erased(ERASED)
    if (again := there.near.get(segment.number)) and again.body["statement"].encode() == statement:
        return again
    if why := _wrong(segment, sealed, there, beacon):
        _quarantine(there, segment, sealed, why, now=now)
        raise Quarantined(why)
    name = str(uuid5(NAMESPACE_OID, segment.sha256))  # The same again: a commit that fails leaves no second one.
    _store(object_name(name), sealed)
    body = {
        "segment": name,
        "recording": there.recording,
        "number": segment.number,
        "statement": statement.decode(),
        "signature": signature.hex(),
        "key": there.device,
        "sealed_bytes": len(sealed),
        "sealed_sha256": segment.said["sealed_sha256"],
        "grade": "A",
    }
    about: dict[str, Any] = {"actor": filmed_by(there.device), "now": now, "device": there.name}
    filmed = Happened.at(read(segment.said["wall"]))
    try:
        return together(lambda: append(there.stream, "segment.received", body, happened=filmed, **about))
    except IntegrityError as fault:
        raise SameMoment(f"segment {segment.number}: came twice at the same moment; send it again.") from fault


def _store(name: str, sealed: bytes) -> None:
    """Durable before this returns; what is there already with these bytes is as good. Raises StoreError."""
    try:
        with objects().write(name) as sink:
            sink.write(sealed)
    except NameTaken:
        with objects().read(name) as file:
            if file.read() != sealed:
                raise


def filmed_by(device: str) -> Actor:
    """How entries name a device. No person's id has a colon."""
    return {"role": "device", "id": f"device:{device}"}


@transaction.atomic
def announce(heads: Iterable[tuple[bytes, bytes]], *, now: datetime, known: Iterable[bytes] = ()) -> int:
    """Record what a device says that it will send, (statement, signature) of one recording; of how many it is new.

    known: texts of the beacons that they name. What does not count by itself is left out: it is quarantined when its
    bytes come. Raises BadEntry, NotBegun, Erased.
    """
    segments = [read_segment(*head) for head in heads]
    if len({one.said["recording"] for one in segments}) != 1:
        raise BadEntry("heads: name segments of one recording, one at least.")
    recording = _recording(segments[0])
    device = Key.objects.filter(key=recording.device, role="device").first()
    for text in known:
        beacons.keep_again(text)
    lock_stream(recording.stream)
    numbers = [one.number for one in segments]
    told = set(Head.objects.filter(recording=recording.id, number__in=numbers).values_list("number", flat=True))
    told |= set(_segments(str(recording.id)).filter(number__in=numbers).values_list("number", flat=True))
    new = {one.number: one for one in segments if one.number not in told}
    public, revoked = (bytes(device.public), bool(device.revoked and device.revoked <= now)) if device else (b"", False)
    believed = [one for one in new.values() if not wrong_of_itself(one, public, revoked=revoked)]
    fresh = [one for one in believed if beacons.is_issued(one.said["beacon"], b"")]
    if fresh:
        lines = [f"{one.statement.decode()} {one.signature.hex()}" for one in fresh]
        body = {"recording": str(recording.id), "heads": lines}
        append(recording.stream, "segments.announced", body, actor=filmed_by(recording.device), now=now)
    return len(fresh)


@transaction.atomic
def end(stream: str, recording: str, *, actor: Actor, now: datetime, made: int | None = None) -> Recorded:
    """Close a recording, with its gaps: `3-5` says that segments 3 to 5 never came. made: how many its device made."""
    numbers = list(_segments(recording).values_list("number", flat=True))
    missing = gaps(numbers if made is None else [*(one for one in numbers if one < made), made])
    body = {"recording": recording, "segments": len(numbers), "gaps": missing}
    return append(stream, "recording.ended", body | ({} if made is None else {"made": made}), actor=actor, now=now)


def receipt(recorded: Recorded) -> dict[str, str]:
    """What its device gets for a segment: the entry, and the signature of this record's key over it."""
    return {"line": recorded.line.decode(), "key": recorded.key, "signature": recorded.signature.hex()}


def _recording(segment: Said) -> Subject:
    recording = Subject.objects.filter(id=segment.said["recording"], about="recording").first()
    if recording is None:
        raise NotBegun(NOT_BEGUN)
    if recording.erased:
        raise Erased(ERASED)
    return recording


def _segments(recording: str) -> QuerySet[Segment]:
    return Segment.objects.filter(recording=recording).order_by("number")


def _wrong(segment: Said, sealed: bytes, there: Beside, beacon: bytes) -> str:
    """Why it does not count, or nothing."""
    if why := wrong_of_itself(segment, there.public, revoked=there.revoked):
        return why
    if not there.issued and not beacons.is_issued(segment.said["beacon"], beacon):
        return "it names a beacon that was never issued"
    near = {number: _said(one) for number, one in there.near.items()}
    return wrong_bytes(segment, sealed) or wrong_there(segment, near, there.announced)


def _said(recorded: Recorded) -> Said:
    statement = recorded.body["statement"].encode()
    return Said(statement, bytes.fromhex(recorded.body["signature"]), canonical.decode(statement))


def _quarantine(there: Beside, segment: Said, sealed: bytes, why: str, *, now: datetime) -> None:
    """Raises BadEntry where too many of this recording are there already."""
    many = BadEntry(f"segment: {why}; more than {MOST_QUARANTINED} like it are kept already, so this one is not.")
    if _is_full(there):
        raise many
    body = {
        "recording": there.recording,
        "statement": segment.statement.decode(),
        "signature": segment.signature.hex() or "-",
        "sealed_sha256": sha256(sealed).hexdigest(),
        "why": why,
    }
    _store(f"quarantine/{body['sealed_sha256']}.age", sealed)  # Before anything is locked: the store may be slow.
    with transaction.atomic():
        lock_stream(there.stream)
        if _is_full(there):  # While it was written.
            raise many
        append(there.stream, "segment.quarantined", body, actor=filmed_by(there.device), now=now)


def _is_full(there: Beside) -> bool:
    kept = Entry.objects.filter(stream=there.stream, kind="segment.quarantined").values_list("line", flat=True)
    mine: int = sum(canonical.decode(bytes(line))["body"]["recording"] == there.recording for line in kept.iterator())
    return mine >= MOST_QUARANTINED
