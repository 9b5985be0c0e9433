"""Sends what is due, again and again, in a thread of `run` and of `worker`. Any number may run: messages are leased."""

import logging
import os
import secrets
import threading
from typing import Self

from django.db import close_old_connections, connections
from django.utils import timezone

from inviolable.outbox.loop import turn

#: Seconds between two looks at the table, and after a look that failed.
EVERY, AFTER_A_FAULT = 0.25, 2.0

logger = logging.getLogger(__name__)


class Sender(threading.Thread):
    """A thread from `with` to its end."""

    def __init__(self) -> None:
        # A daemon: a server of mails that never answers must not keep the process from ending; the lease ends instead.
        super().__init__(name="sender", daemon=True)
        self.stopping = threading.Event()
        self.owner = f"{os.uname().nodename}-{os.getpid()}-{secrets.token_hex(4)}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.join(timeout=1)

    def run(self) -> None:
        """Turn after turn, until `stopping` is set."""
        pause = 0.0
        try:
            while not self.stopping.wait(pause):
                pause = EVERY if self._once() else AFTER_A_FAULT
        finally:
            connections.close_all()

    def _once(self) -> bool:
        close_old_connections()
        try:
            turn(self.owner, timezone.now)
        except Exception as fault:
            logger.error("sending: %s: %s", type(fault).__name__, " ".join(str(fault).split()))
            return False
        finally:
            close_old_connections()
        return True
