"""The last two minutes, sealed, in memory: what comes before the touch. Pure; time is an argument."""

from __future__ import annotations

from collections import deque

from inviolable.door.camera.segment import Sealed

#: Milliseconds that are kept.
KEPT = 120_000


class Ring:
    """Sealed segments in the order in which they were made; what ended longer ago than KEPT is dropped."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._held: deque[Sealed] = deque()

    def add(self, one: Sealed) -> None:
        """Keep one more."""
        self._held.append(one)

    def forget(self, now: int) -> None:
        """Drop what is too old. now: milliseconds of the same clock as `mono`."""
        while self._held and self._held[0].end <= now - self._kept:
            self._held.popleft()

    def take(self) -> list[Sealed]:
        """All that is held, the oldest first; nothing is held afterwards."""
        held, self._held = list(self._held), deque()
        return held
