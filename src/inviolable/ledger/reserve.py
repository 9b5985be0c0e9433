"""The reserve: a piece of the home's disk that lies idle until the disk is full, so that entries can still be made.

Exhibits are large and can wait: they are refused while less than a quarter of the reserve's size is free beside it.
Entries and the segments of a running recording go on. When they have used half of that quarter up, the reserve is given
to them: `mind`, each second, by whoever keeps the record, and `give_way` before each command. It is laid down again
once there is room.

The file has its full size while it is kept, and none while it is given away; where there is no file, none was laid yet.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from .keys import sync_folder
from .store import StoreError, Writing

NAME = "reserve"
SIZE = 16 * 1024 * 1024


class NearlyFull(StoreError):
    """An exhibit that was refused so that entries can still be made."""


def kept(home: Path) -> int | None:
    """Bytes of the reserve: 0 while it is given away, None where none was laid yet."""
    try:
        return (home / NAME).stat().st_size
    except FileNotFoundError:
        return None


def free(home: Path) -> int:
    """Bytes that are left on the home's disk for this account."""
    disk = os.statvfs(home)
    return disk.f_bavail * disk.f_frsize


def keep(home: Path, size: int = SIZE) -> bool:
    """Lay the reserve down where it is not, if the disk has twice as much; whether it is there now."""
    if kept(home):
        return True
    if free(home) < 2 * size:
        return False
    fresh = home / f".{NAME}.new"
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)
            os.fsync(file.fileno())
        fresh.replace(home / NAME)
        sync_folder(home)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        return False
    return True


def release(home: Path) -> None:
    """Give the reserve to whoever writes next."""
    with (home / NAME).open("r+b") as file:
        file.truncate(0)
        os.fsync(file.fileno())


def give_way(home: Path) -> None:
    """Release the reserve where the disk is full."""
    size = kept(home)
    if size and free(home) < size // 8:
        release(home)


def mind(home: Path) -> str:
    """Release the reserve when the disk is full, lay it down when there is room; what is wrong then, in words."""
    give_way(home)
    if not kept(home):
        keep(home)
    if kept(home) == 0:
        return f"The disk of {home} is full: entries are made from the reserve, exhibits are refused. Make room."
    return ""


def check_room(home: Path) -> None:
    """Raises NearlyFull where an exhibit would take what is left for entries."""
    size = kept(home)
    if size == 0 or (size and free(home) < size // 4):
        raise NearlyFull(
            "The disk is full: this exhibit was not taken in, so that entries can still be made. "
            "Make room and try again; what was taken in before is whole"
        )


class Sparing:
    """What an exhibit is written into: as long as the reserve is safe."""

    def __init__(self, home: Path, sink: Writing) -> None:
        self._home, self._sink = home, sink

    def write(self, piece: bytes, /) -> int:
        """All of a piece. Raises NearlyFull, StoreError."""
        check_room(self._home)
        return self._sink.write(piece)
