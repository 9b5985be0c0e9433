"""Keeps the record: once a second it has the ledger do what is due (places, checkpoint, stamps, witnesses, beacon).

`inviolable run` has a keeper in a thread, `inviolable worker` is one. Any number of them may run on one record, on one
machine or, with PostgreSQL, on several: each round is done by whoever gets the lock first, so one that fails or dies is
replaced within a second, and no two ever work at once.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Self

from django.conf import settings
from django.db import close_old_connections, connection, connections
from django.utils import timezone

from inviolable.ledger import reserve, rounds
from inviolable.ledger.lock import only_one
from inviolable.web.loops import loops
from inviolable.web.replica import Replica

#: Seconds between two rounds, and at most between two attempts while rounds fail.
EVERY, LONGEST_PAUSE = 1.0, 10.0
#: Seconds without a good round after which the record is not well.
PATIENCE = 30.0
LOCK = 0x6B6565706572  # "keeper"

logger = logging.getLogger(__name__)


class Keeper(threading.Thread):
    """A thread from `with` to its end. `round` does what is due at a moment and says what went wrong, a line each."""

    here: ClassVar["Keeper | None"] = None
    """The one that runs in this process."""

    def __init__(self, round: Callable[[datetime], Sequence[str]] = rounds.run) -> None:  # noqa: A002
        # A daemon: a time-stamp authority that never answers must not keep the process from ending.
        super().__init__(name="keeper", daemon=True)
        self.stopping = threading.Event()
        self._round = round
        self._good = time.monotonic()
        self._said: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        Keeper.here = self
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        Keeper.here = None
        self.stopping.set()
        self.join(timeout=1)

    @property
    def well(self) -> bool:
        """Whether a round was good not long ago, or could not yet have been."""
        return time.monotonic() - self._good < PATIENCE

    def run(self) -> None:
        """Round after round, until `stopping` is set."""
        pause = 0.0
        try:
            while not self.stopping.wait(pause):
                pause = EVERY if self._once() else min(max(2 * pause, EVERY), LONGEST_PAUSE)
        finally:
            connections.close_all()

    def _once(self) -> bool:
        """One round, unless another keeper is at it. False when it failed: that is said in the log, and survived."""
        # Those that are broken, or older than the settings allow; as Django does around each request.
        close_old_connections()
        try:
            with alone() as mine:
                if mine:
                    full = reserve.mind(Path(settings.HOME))
                    self._tell([*([full] if full else []), *self._round(timezone.now())])
                    self._good = time.monotonic()
        except Exception as fault:
            logger.error("%s: %s", type(fault).__name__, " ".join(str(fault).split()))
            return False
        finally:
            close_old_connections()
        return True

    def _tell(self, faults: Sequence[str]) -> None:
        """Each fault once, however many rounds it lasts, and once that all is well again."""
        for fault in faults:
            if fault not in self._said:
                logger.warning("%s", fault)
        if self._said and not faults:
            logger.warning("The record is attested again.")
        self._said = frozenset(faults)


def work() -> None:
    """`inviolable worker`: keep the record until Ctrl-C or a termination signal; a round under way is finished."""
    os.umask(0o077)
    keeper = Keeper()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: keeper.stopping.set())
    with Replica(Path(settings.HOME)), loops():
        keeper.run()


@contextmanager
def alone() -> Iterator[bool]:
    """Whether no other keeper is at work on this record until the end of the block."""
    here = Path(settings.HOME) / "keeping"
    with _on_server() if connection.vendor == "postgresql" else only_one(here) as mine:
        yield mine


@contextmanager
def _on_server() -> Iterator[bool]:
    """Of the session, since a round is several transactions: if the connection breaks, the lock goes with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
