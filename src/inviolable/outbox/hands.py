"""Threads that hand messages to their channels. They read no database; the loop records what became of each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import NamedTuple

from inviolable.outbox.models import Message


class Taken(NamedTuple):
    """Under which reference a channel took a message, and at which addresses nobody is any more."""

    reference: str
    gone: tuple[str, ...]


#: A message, and how it was taken or what went wrong; None where it was not tried.
Done = tuple[Message, Taken | Exception | None]
#: Seconds that a turn waits for what is under way before it looks again whether more is due; and that it gathers what
#: becomes of messages, to record it together.
AGAIN, GATHER = 0.25, 0.04
#: Seconds that a message may wait for a free line. After that it is claimed anew: somebody may have answered meanwhile.
FRESH = 2.0


class Hands:
    """Threads that hand messages to their channels, so many at once; they read no database.

    Daemons: a server that never answers must not keep the process from ending; the lease ends instead.
    """

    def __init__(self, lines: int) -> None:
        self._lines, self._threads, self.busy = lines, 0, 0
        self._given: SimpleQueue[tuple[float, Message, Callable[[], Taken]] | None] = SimpleQueue()
        self._done: SimpleQueue[Done] = SimpleQueue()

    @property
    def room(self) -> int:
        """How many more can be given: at first one for each line, since nobody should wait for the others to be read;
        then three times as many lie ready as are under way. 0 until it is worth the asking."""
        room = 4 * self._lines - self.busy if self.busy else self._lines
        return room if room >= self._lines else 0

    def give(self, message: Message, hand: Callable[[], Taken]) -> None:
        """Have a free one do it."""
        self.busy += 1
        if self._threads < min(self.busy, self._lines):
            self._threads += 1
            threading.Thread(target=self._work, name="sending", daemon=True).start()
        self._given.put((time.monotonic() + FRESH, message, hand))

    def take(self) -> list[Done]:
        """What is done since. Waits for it, but not for longer than AGAIN, and GATHERs what comes with it."""
        found: list[Done] = []
        end = time.monotonic() + AGAIN
        with suppress(Empty):
            while len(found) < self.busy:
                found.append(self._done.get(timeout=max(end - time.monotonic(), 0)))
                end = end if len(found) > 1 else time.monotonic() + GATHER
        self.busy -= len(found)
        return found

    def close(self) -> None:
        """They end with what they have in hand."""
        for _ in range(self._threads):
            self._given.put(None)

    def _work(self) -> None:
        while given := self._given.get():
            until, message, hand = given
            try:
                self._done.put((message, hand() if time.monotonic() < until else None))
            except Exception as fault:
                self._done.put((message, fault))
