"""The last two minutes, sealed, in memory: what comes before the touch. Pure; time is an argument.

A few seconds more are held, since the touch is heard of only afterwards; of these nothing leaves (`recorder.py`).
"""

from __future__ import annotations

from collections import deque

from inviolable.door.camera.segment import Sealed

#: Milliseconds before the touch that are kept, and how much later than at the touch one may hear of it.
KEPT, HEARD = 120_000, 6_000


class Ring:
    """Sealed segments in the order in which they were made; what ended longer ago is dropped."""

    def __init__(self, kept: int = KEPT + HEARD) -> None:
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
