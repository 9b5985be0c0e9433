"""What waits to be sent: a file for each segment, which is what `POST /door/segment` takes, byte for byte.

A file is whole and on the disk before `put` returns, and stays until headquarters' receipt is there. `NUMBER.head` is
one that had no room: what is signed about it, without the segment. `NUMBER.damaged`: one that cannot be read, kept
for whoever can.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from inviolable.ledger.keys import sync_folder

#: In which order layers go when the line is thin.
ORDER = ("sound", "low", "full")
#: Of the quota `full` has nine tenths: picture and sound in small go on after it.
FULL_TENTHS = 9


@dataclass(frozen=True)
class Waiting:
    """A segment in the queue. size: bytes of its file; whole: with the age file, not only what is signed about it."""

    path: Path
    recording: str
    number: int
    slice: int
    layer: str
    size: int
    whole: bool

    def head(self) -> dict[str, str]:
        """`beacon`, `signature`, `statement`."""
        with self.path.open("rb") as file:
            signed: dict[str, str] = json.loads(file.readline())
        return signed

    def body(self) -> bytes:
        """What is sent. Raises OSError."""
        return self.path.read_bytes()


class Queue:
    """The folder of what waits. quota: bytes."""

    def __init__(self, folder: Path, quota: int) -> None:
        """Take up what waits there since before. Raises OSError."""
        self._folder, self._quota = folder, quota
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.held = {(one.recording, one.number): one for one in self._found()}
        self.bytes = sum(one.size for one in self.held.values())

    def has_room(self, layer: str, size: int) -> bool:
        """Whether a segment of so many bytes may be kept."""
        limit = self._quota * FULL_TENTHS // 10 if layer == "full" else self._quota
        return self.bytes + size <= limit

    def put(self, recording: str, number: int, line: bytes, sealed: bytes = b"") -> Waiting:
        """Keep one, durably; without `sealed` only what is signed about it. Where it raises OSError nothing is kept."""
        name = f"{number:08d}.segment" if sealed else f"{number:08d}.head"
        path = self._folder / recording / name
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700)
            sync_folder(self._folder)
        fresh = path.with_suffix(".new")
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(line)
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
        one = _waiting(path, len(line) + len(sealed))
        self.held[recording, number] = one
        self.bytes += one.size
        return one

    def drop(self, one: Waiting) -> None:
        """Headquarters has it, or said that it is not to be sent again."""
        if self.held.pop((one.recording, one.number), None):
            self.bytes -= one.size
        one.path.unlink(missing_ok=True)
        with suppress(OSError):  # Where others are still there.
            one.path.parent.rmdir()

    def of(self, recording: str) -> list[Waiting]:
        """What waits of a recording, in the order of its numbers."""
        return sorted((one for one in self.held.values() if one.recording == recording), key=lambda one: one.number)

    def _found(self) -> Iterator[Waiting]:
        for path in sorted(self._folder.glob("*/*")):
            if path.suffix == ".damaged":
                continue
            if path.suffix not in (".segment", ".head"):
                path.unlink()  # Cut off while it was written: it was never promised to anybody.
                continue
            try:
                yield _waiting(path, path.stat().st_size)
            except (ValueError, KeyError):
                path.rename(path.with_suffix(".damaged"))


def _waiting(path: Path, size: int) -> Waiting:
    with path.open("rb") as file:
        said = json.loads(json.loads(file.readline())["statement"])
    whole = path.suffix == ".segment"
    return Waiting(path, path.parent.name, said["number"], said["slice"], said["layer"], size, whole)
