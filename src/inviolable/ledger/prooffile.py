"""Proof files (C2SP tlog-proof): a text that shows, offline, that one entry is in the tree of one checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .note import MOST_BYTES, BadNote, Note, base64, decode, number, parse_note, unbase64, unhash
from .tree import LONGEST_PROOF

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class Proof:
    """What a proof file holds: index of the entry, inclusion proof, checkpoint, and extra bytes that nobody signed."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes = b""


def proof_file(index: int, proof: Sequence[bytes], note: Note, extra: bytes = b"") -> str:
    """The text of a proof file."""
    lines = [HEADER, *([f"extra {base64(extra)}"] if extra else []), f"index {index}", *map(base64, proof)]
    return "\n".join(lines) + f"\n\n{note}"


def parse_proof_file(data: bytes | str) -> Proof:
    """What a proof file says, with nothing verified yet. Raises BadNote, and nothing else."""
    head, gap, note = decode(data, 2 * MOST_BYTES).partition("\n\n")
    lines = head.split("\n")
    if not gap or lines.pop(0) != HEADER:
        raise BadNote(f"a proof file begins with {HEADER} and holds an empty line before its checkpoint")
    extra = unbase64(lines.pop(0).removeprefix("extra ")) if head.startswith(f"{HEADER}\nextra ") else None
    if extra == b"" or not lines or not lines[0].startswith("index "):
        raise BadNote("after an extra line, if there is something extra, comes the index")
    if len(lines) > 1 + LONGEST_PROOF:
        raise BadNote(f"no inclusion proof has more than {LONGEST_PROOF} hashes")
    index = number(lines[0].removeprefix("index "), "index of an entry")
    return Proof(index, tuple(map(unhash, lines[1:])), parse_note(note), extra or b"")
