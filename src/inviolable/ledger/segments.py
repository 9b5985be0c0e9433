"""What a device says of each segment that it films, and what is wrong with it: docs/recording.md has the fields.

What no enrolled key in force has signed, or what does not fit to its neighbours, does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from inviolable.ledger import canonical
from inviolable.ledger.keys import verifies
from inviolable.ledger.moments import read
from inviolable.ledger.registry import BadEntry
from inviolable.ledger.slices import LAYERS

#: Segments of a recording: a week of three for each two seconds.
MOST = 1_000_000
#: Bytes of a statement.
LONGEST = 1_000
FIELDS: Mapping[str, type] = {
    "beacon": str, "boot": str, "layer": str, "length": int, "media": str, "mono": int, "number": int, "recording": str,
    "sealed_bytes": int, "sealed_sha256": str, "slice": int, "wall": str,
}  # fmt: skip


@dataclass(frozen=True)
class Segment:
    """One signed statement. said: its fields; wall is the device's clock, a claim."""

    statement: bytes
    signature: bytes
    said: Mapping[str, Any]

    @property
    def number(self) -> int:
        """Its place among the segments of its recording."""
        number: int = self.said["number"]
        return number

    @property
    def sha256(self) -> str:
        """What the statement after it says of it."""
        return sha256(self.statement).hexdigest()


def read_segment(statement: bytes, signature: bytes) -> Segment:
    """What these bytes say. Raises BadEntry."""
    if len(statement) > LONGEST:
        raise BadEntry(f"segment: its statement has {len(statement)} bytes; at most {LONGEST} are allowed.")
    try:
        said = canonical.decode(statement)
        read(said["wall"])
        UUID(said["recording"])
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BadEntry(f"segment: its statement cannot be read: {fault}") from None
    for name, kind in FIELDS.items():
        if type(said.get(name)) is not kind:
            raise BadEntry(f"segment: its statement has no {name}, or one of another type.")
    if surplus := said.keys() - FIELDS.keys() - {"prev"}:
        raise BadEntry(f"segment: {min(surplus)} is no field of its statement.")
    if said["layer"] not in LAYERS or said["slice"] < 0:
        raise BadEntry(
            f"segment: found layer {said['layer']!r}, slice {said['slice']}; expected: {', '.join(LAYERS)}; 0 or more."
        )
    return Segment(statement, signature, said)


def wrong_of_itself(segment: Segment, public: bytes, *, revoked: bool) -> str:
    """Why it does not count whatever came before, or nothing.

    public: of the device's key that its recording names, empty where none is known.
    """
    if not verifies(public, segment.signature, segment.statement):
        return "it is signed by no enrolled device, or by another one than that of its recording"
    if revoked:
        return "it is signed by a device whose key was revoked"
    if not 0 <= segment.number < MOST:
        return f"segment {segment.number} is none of the first {MOST:,}"
    if ("prev" in segment.said) != (segment.number > 0):
        return "the first segment follows nothing" if segment.number == 0 else "it does not say what it follows"
    return ""


def wrong_bytes(segment: Segment, sealed: bytes) -> str:
    """Why these are not its bytes, or nothing."""
    if segment.said["sealed_bytes"] != len(sealed) or segment.said["sealed_sha256"] != sha256(sealed).hexdigest():
        return "its bytes are not those that its device signed"
    return ""


def wrong_there(segment: Segment, near: Mapping[int, Segment], announced: str) -> str:
    """Why it does not fit to its neighbours that came, or to what was announced for its number, or nothing."""
    number = segment.number
    if number in near:
        return f"segment {number} is there already, with other bytes"
    if announced not in ("", segment.sha256):
        return f"segment {number} was announced with other bytes"
    if (earlier := near.get(number - 1)) and segment.said.get("prev") != earlier.sha256:
        return f"it does not follow segment {number - 1}: it belongs to another recording"
    if (later := near.get(number + 1)) and later.said.get("prev") != segment.sha256:
        return f"segment {number + 1} does not follow it: it belongs to another recording"
    return ""
