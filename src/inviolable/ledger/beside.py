"""What the record holds already when a segment comes, read at once: a server takes in a hundred a second and more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import UUIDField

from inviolable.ledger import canonical
from inviolable.ledger.registry import Recorded
from inviolable.ledger.segments import Segment

_BESIDE = """
SELECT recording.stream, recording.device, recording.erased IS NOT NULL,
       device.name, device.public, device.revoked IS NOT NULL AND device.revoked <= %s,
       head.sha256, EXISTS (SELECT 1 FROM ledger_beacon WHERE sha256 = %s),
       near.number, entry.id, entry.leaf, entry.line, entry.key, entry.signature
FROM ledger_subject AS recording
LEFT JOIN ledger_key AS device ON device.key = recording.device AND device.role = 'device'
LEFT JOIN ledger_head AS head ON head.recording = recording.id AND head.number = %s
LEFT JOIN ledger_segment AS near ON near.recording = recording.id AND near.number BETWEEN %s AND %s
LEFT JOIN ledger_entry AS entry ON entry.id = near.entry_id
WHERE recording.id = %s AND recording.about = 'recording'
"""


@dataclass(frozen=True)
class Beside:
    """recording, stream, device, erased: of its recording. name, public, revoked: of that device's key, where one is.

    announced: the SHA-256 of the statement that was told for this number. issued: whether its beacon is known. near:
    what came with this number, and with those before and after it.
    """

    recording: str
    stream: str
    device: str
    erased: bool
    name: str
    public: bytes
    revoked: bool
    announced: str
    issued: bool
    near: Mapping[int, Recorded]


def beside(segment: Segment, now: datetime) -> Beside | None:
    """None where its recording has not begun."""
    number, recording = segment.number, UUID(segment.said["recording"])
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(now)
        asked = UUIDField().get_db_prep_value(recording, connection)
        cursor.execute(_BESIDE, [moment, segment.said["beacon"], number, number - 1, number + 1, asked])
        rows = cursor.fetchall()
    if not rows:
        return None
    stream, device, erased, name, public, revoked, announced, issued = rows[0][:8]
    near = {row[8]: _recorded(*row[9:]) for row in rows if row[8] is not None}
    told = name or "", bytes(public or b""), bool(revoked), announced or "", bool(issued)
    return Beside(str(recording), stream, device, bool(erased), *told, near)


def _recorded(number: int, leaf: Any, line: Any, key: str, signature: Any) -> Recorded:
    said = bytes(line)
    return Recorded(number, bytes(leaf), said, canonical.decode(said), key, bytes(signature))
