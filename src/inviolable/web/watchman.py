"""`inviolable watch`: a process of its own that trusts no other. Where the loops are dead it does their work.

It looks at the rows, not at the other processes: what counts is whether every open alarm goes on or somebody has it.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from inviolable.alarm import pulse
from inviolable.alarm.actions import tick
from inviolable.alarm.straight import Straight
from inviolable.alarm.watch import Found, cry, look
from inviolable.outbox.loop import turn
from inviolable.web.loops import SENDERS

#: Seconds between two looks.
EVERY = 1.0

logger = logging.getLogger(__name__)


def watching(home: Path) -> Path:
    """A file that the watchman touches with each look; `inviolable doctor` asks how old it is."""
    return home / "watching"


def watch() -> None:
    """Look until Ctrl-C or a termination signal."""
    os.umask(0o077)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    said, begun = "", timezone.now()
    while not stopping.wait(EVERY):
        said = _once(said, begun)


def _once(said: str, begun: datetime) -> str:
    """One look; what was said of it, so that the same is not said each second. begun: since when it looks."""
    close_old_connections()
    try:
        words = _looked(begun)
    except Exception as fault:
        words = f"{type(fault).__name__}: {' '.join(str(fault).split())}"
    finally:
        close_old_connections()
    if words and words != said:
        logger.error("%s", words)
    return words


def _looked(begun: datetime) -> str:
    """Look, and do what the loops left; what there is to say of it, "" where all is well."""
    Straight(Path(settings.HOME)).call_and_record(timezone.now())
    found = look(timezone.now())
    faults = _do(found) if found else []
    if lost := pulse.silent(timezone.now(), begun):
        pulse.miss(lost, timezone.now())
    with suppress(OSError):  # On a full disk there is more to do than this.
        watching(Path(settings.HOME)).write_text("")
    if faults:
        return "; ".join(f"{type(fault).__name__}: {' '.join(str(fault).split())}" for fault in faults)
    if not found:
        return ""
    late = f"{found.late} steps and {found.unsent} messages are late, {len(found.forgotten)} alarms stood still"
    return f"{late}: no loop seems to be at work, so the watchman does it. Start `inviolable worker`."


def _do(found: Found) -> list[Exception]:
    """What the loops left; what went wrong, since nothing of it may keep the rest from being done."""
    now, faults = timezone.now(), []
    works: list[Callable[[], object]] = [partial(cry, name, now) for name in found.forgotten]
    works.append(partial(tick, now))
    works += [partial(turn, f"watchman-{os.getpid()}", timezone.now, *sender) for sender in SENDERS]
    for work in works:
        try:
            work()
        except Exception as fault:
            faults.append(fault)
    return faults
