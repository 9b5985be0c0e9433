"""What several threads have to record at the same moment goes into one transaction: one wait for the disk, not eight.

SQLite has one write lock and waits for the disk at each commit, so threads queue for both while eight posts film.
PostgreSQL has a lock for each stream and joins commits itself: there each thread keeps a transaction of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.db import connection, transaction

Result = TypeVar("Result")


class _Work:
    """Something to record, and what came of it."""

    def __init__(self, record: Callable[[], Any]) -> None:
        self.record = record
        self.result: Any = None
        self.fault: BaseException | None = None
        #: Set when it is done, or when its own thread is to do all that waits.
        self.turn = threading.Event()
        self.done = False


class _Queue:
    """The works that wait; one thread at a time records all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.waiting: list[_Work] = []
        self._busy = False

    def join(self, work: _Work) -> None:
        """Returns once the work is done, by whichever thread."""
        with self._lock:
            self.waiting.append(work)
            leads, self._busy = not self._busy, True
        if not leads:
            work.turn.wait()
        if not work.done:
            self._lead()

    def _lead(self) -> None:
        with self._lock:
            works, self.waiting = self.waiting, []
        try:
            _record(works)
        finally:
            with self._lock:
                following = self.waiting[0] if self.waiting else None
                self._busy = following is not None
            for one in works:
                one.done = True
                one.turn.set()
            if following:
                following.turn.set()


def _record(works: list[_Work]) -> None:
    """All that can be recorded, in one transaction; when that fails, none is."""
    try:
        with transaction.atomic():
            for one in works:
                try:
                    with transaction.atomic():
                        one.result = one.record()
                except Exception as fault:
                    one.fault = fault
    except BaseException as fault:
        for one in works:
            one.fault = one.fault or fault
        if not isinstance(fault, Exception):
            raise


QUEUE = _Queue()


def together(record: Callable[[], Result]) -> Result:
    """Run `record`, which writes, in a transaction that others' may share; committed before this returns.

    Raises what it raises, or what the commit did. It must not depend on the thread that it runs in.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            return record()
    work = _Work(record)
    QUEUE.join(work)
    if work.fault:
        raise work.fault
    return cast(Result, work.result)
