"""The loops of `run` and of `worker`: one moves the alarms on, several send. Any number of processes may have them.

What is to be done stands in rows (an alarm's steps, messages); a loop looks, does it, and looks again. So it does not
matter which process does it, nor that one dies: the next look finds what is left.
"""

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import close_old_connections, connection, connections
from django.utils import timezone

from inviolable.alarm.actions import tick
from inviolable.alarm.straight import Straight
from inviolable.diplomacy.demands.reminders import remind
from inviolable.outbox.actions import BELL, waking
from inviolable.outbox.loop import turn
from inviolable.web import unusual

#: Seconds between two looks, and after one that failed.
EVERY, AFTER_A_FAULT = 0.25, 2.0
#: Seconds without a good look after which a loop is not well.
PATIENCE = 30.0
#: Who sends what in a thread of its own, and by how many lines at once: a server of mails that does not answer holds up
#: no telephone call. Servers of mails take few connections of one sender (Exchange Online: three).
SENDERS = ((("voice",), 50), (("sms",), 50), (("mail",), 3), (("push",), 50), (("webhook", "apprise"), 50))
#: For how many seconds it is listened at a time to what other processes queue.
LISTENING = 10.0
#: How often all open alarms are looked at, whatever their rows say is due: a clock may have been set back.
ALL = 10.0
#: How often it is looked whether a demand has grown old, or somebody reads far more than is usual: a matter of days.
DEMANDS = 60.0

logger = logging.getLogger(__name__)


class Loop(threading.Thread):
    """A thread from `with` to its end, which looks and looks again."""

    def __init__(self, name: str, look: Callable[[], object]) -> None:
        # A daemon: a server of mails that never answers must not keep the process from ending; the lease ends instead.
        super().__init__(name=name, daemon=True)
        self.stopping, self._woken = threading.Event(), threading.Event()
        self._look, self._good = look, time.monotonic()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.wake()
        self.join(timeout=1)

    @property
    def well(self) -> bool:
        """Whether a look was good not long ago, or could not yet have been."""
        return time.monotonic() - self._good < PATIENCE

    def wake(self) -> None:
        """Look at once: there is something to do."""
        self._woken.set()

    def run(self) -> None:
        """Look after look, until `stopping` is set."""
        try:
            while not self.stopping.is_set():
                self._woken.clear()
                self._woken.wait(EVERY if self._once() else AFTER_A_FAULT)
        finally:
            connections.close_all()

    def _once(self) -> bool:
        try:
            close_old_connections()
            self._look()
            self._good = time.monotonic()
        except Exception as fault:
            logger.error("%s: %s: %s", self.name, type(fault).__name__, " ".join(str(fault).split()))
            return False
        finally:
            close_old_connections()
        return True


class Escalator:
    """Moves the alarms on that are due, and now and then looks at all of them."""

    def __init__(self) -> None:
        self._all = 0.0

    def look(self) -> None:
        """One look."""
        every = time.monotonic() - self._all >= ALL
        if every:
            self._all = time.monotonic()
        tick(timezone.now(), every)


class NowAndThen:
    """What is looked at each minute only."""

    def __init__(self, look: Callable[[datetime], object]) -> None:
        self._look, self._last = look, -DEMANDS

    def look(self) -> None:
        """One look."""
        if time.monotonic() - self._last >= DEMANDS:
            self._last = time.monotonic()
            self._look(timezone.now())


def listen(wake: Callable[[], None]) -> None:
    """Hear for a while what other processes queue (PostgreSQL's LISTEN): then there is something to send."""
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {BELL}")
    for _ in connection.connection.notifies(timeout=LISTENING):
        wake()


#: The one that moves the alarms on in this process.
escalation: Loop | None = None


@contextmanager
def loops() -> Iterator[None]:
    """All of them, until the end of the block."""
    global escalation  # noqa: PLW0603 - /healthz asks how it is.
    process = f"{os.uname().nodename}-{os.getpid()}-{secrets.token_hex(4)}"
    with ExitStack() as running:
        escalation = running.enter_context(Loop("escalation", Escalator().look))
        running.enter_context(Loop("demands", NowAndThen(remind).look))
        running.enter_context(Loop("unusual", NowAndThen(unusual.look).look))
        straight = Straight(Path(settings.HOME))
        running.enter_context(Loop("straight", lambda: straight.look(timezone.now())))
        senders = [
            Loop("sending", partial(turn, f"{process}-{number}", timezone.now, channels, lines))
            for number, (channels, lines) in enumerate(SENDERS)
        ]

        def wake() -> None:
            for sender in senders:
                sender.wake()

        for sender in senders:
            running.enter_context(sender)
        running.enter_context(waking(wake))
        if connection.vendor == "postgresql":
            running.enter_context(Loop("listening", partial(listen, wake)))
        try:
            yield
        finally:
            escalation = None
