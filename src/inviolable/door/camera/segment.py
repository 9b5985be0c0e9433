"""One sealed segment, and the statement that is signed about it: docs/recording.md has the fields. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from inviolable.ledger import canonical
from inviolable.ledger.keys import SigningKey, key_id, verifies
from inviolable.ledger.moments import written

#: Bytes of an age file at most.
MOST = 8_000_000


@dataclass(frozen=True)
class Sealed:
    """What was filmed, sealed to its recording. mono, length: milliseconds; wall: a claim; beacon: its three lines."""

    recording: str
    slice: int
    layer: str
    media: str
    boot: str
    mono: int
    length: int
    wall: datetime
    beacon: str
    sealed: bytes

    @property
    def end(self) -> int:
        """When it ended, by the clock of `mono`."""
        return self.mono + self.length

    def statement(self, number: int, prev: str) -> bytes:
        """What is signed about it. prev: SHA-256 of the statement before; nothing in the first."""
        said = {
            "beacon": sha256(self.beacon.partition("\n")[0].encode()).hexdigest(),
            "boot": self.boot,
            "layer": self.layer,
            "length": self.length,
            "media": self.media,
            "mono": self.mono,
            "number": number,
            "recording": self.recording,
            "sealed_bytes": len(self.sealed),
            "sealed_sha256": sha256(self.sealed).hexdigest(),
            "slice": self.slice,
            "wall": written(self.wall),
        }
        return canonical.encode(said | ({"prev": prev} if prev else {}))


def head(statement: bytes, beacon: str, key: SigningKey) -> bytes:
    """The line in front of the age file, with its line feed."""
    signed = {"beacon": beacon, "signature": key.sign(statement).hex(), "statement": statement.decode()}
    return json.dumps(signed, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def wrong_receipt(answer: Mapping[str, Any], statement: str, log: bytes) -> str:
    """Why this is not headquarters' receipt for the segment of this statement, or nothing. log: its 32 pinned bytes."""
    try:
        line, said = answer["line"].encode(), canonical.decode(answer["line"].encode())
        signature, body = bytes.fromhex(answer["signature"]), said["body"]
        sealed = json.loads(statement)["sealed_sha256"]
    except (KeyError, TypeError, ValueError, AttributeError):
        return "it is no entry with a signature"
    if answer.get("key") != key_id(log) or not verifies(log, signature, line):
        return f"it is not signed by the key {key_id(log)}, which headquarters' record had when it was first seen"
    if said.get("kind") != "segment.received" or body.get("sealed_sha256") != sealed:
        return "it is about something else"
    if body.get("statement") != statement:
        return "it is about another statement"
    return ""
