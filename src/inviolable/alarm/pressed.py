"""Alarms that are not recorded yet, in a file of its full size from the start: a press writes into a place.

The file has one slot of a kilobyte for each, blank where none waits. Several processes use it, one at a time.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from inviolable.alarm.plan import EVERY
from inviolable.alarm.terms import DURESS
from inviolable.ledger.keys import BadKey, write_new
from inviolable.ledger.moments import read

NAME = "pressed"
#: Bytes of a slot, and how many there are.
SLOT, SLOTS = 1024, 64
BLANK = b" " * SLOT


class NoRoom(OSError):
    """More alarms wait than there are slots, or one does not fit into its own."""


@dataclass(frozen=True)
class Pressed:
    """An alarm that is not recorded yet. at: when it was raised. begun, done: rounds of calls; last: when one began."""

    alarm: str
    post: str
    danger: str
    way: str
    role: str
    by: str
    raiser: str
    exercise: str
    at: str
    begun: int = 0
    done: int = 0
    last: str = ""

    def is_due(self, now: datetime) -> bool:
        """Whether everybody is to be called now: at once, every two minutes, and again where a round was cut off."""
        return self.done < self.begun or not self.last or abs(now - read(self.last)) >= EVERY

    def is_same(self, other: Pressed) -> bool:
        """Whether both are about the same thing. What is raised under duress is apart from all else."""
        about = (self.post, self.danger, self.exercise, self.way == DURESS)
        return about == (other.post, other.danger, other.exercise, other.way == DURESS)


def lay_down(home: Path) -> None:
    """Have the file there, with its full size. Raises NoRoom."""
    if not (home / NAME).exists():
        try:
            write_new(home / NAME, BLANK * SLOTS)
        except BadKey as fault:
            raise NoRoom(str(fault)) from None


def keep(home: Path, pressed: Pressed) -> Pressed:
    """Write an alarm down; on disk when this returns. What waits already about the same thing is that alarm.

    Raises OSError.
    """
    lay_down(home)
    with _alone(home) as file:
        found = dict(_read(file))
        for known in found.values():
            if known.is_same(pressed):
                return known
        free = next((number for number in range(SLOTS) if number not in found), None)
        if free is None:
            raise NoRoom(f"{home / NAME}: {SLOTS} alarms wait to be recorded, and there is no room for more")
        _write(file, free, pressed)
    return pressed


def waiting(home: Path) -> list[Pressed]:
    """Every alarm that is not recorded yet. Raises OSError."""
    if not (home / NAME).exists():
        return []
    with _alone(home) as file:
        return [pressed for _, pressed in _read(file)]


def put(home: Path, pressed: Pressed) -> None:
    """Write down how far its calls have come. Raises OSError."""
    with _alone(home) as file:
        for number, known in _read(file):
            if known.alarm == pressed.alarm:
                _write(file, number, pressed)


def clear(home: Path, alarm: str) -> None:
    """It is recorded: its slot is free. Raises OSError."""
    with _alone(home) as file:
        for number, known in _read(file):
            if known.alarm == alarm:
                _write(file, number, None)


@contextmanager
def _alone(home: Path) -> Iterator[int]:
    file = os.open(home / NAME, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _read(file: int) -> Iterator[tuple[int, Pressed]]:
    """Those that can be read: one that was cut off while it was written was never acknowledged."""
    content = os.pread(file, SLOT * SLOTS, 0)
    for number in range(SLOTS if content.strip() else 0):
        try:
            yield number, Pressed(**json.loads(content[number * SLOT : (number + 1) * SLOT]))
        except (ValueError, TypeError):
            continue


def _write(file: int, number: int, pressed: Pressed | None) -> None:
    line = json.dumps(asdict(pressed)).encode() if pressed else b""
    if len(line) > SLOT:
        raise NoRoom(f"{NAME}: an alarm of {len(line)} bytes does not fit into {SLOT}")
    os.pwrite(file, line.ljust(SLOT), number * SLOT)
    os.fdatasync(file)
