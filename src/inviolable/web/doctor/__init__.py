"""`inviolable doctor`: what must be right for the record to be worth something, each with a light and what to do.

Nobody is called but the time-stamp authorities that ledger.toml names, since whether they answer is what is asked.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from inviolable.web.doctor import day, place, record, set_up
from inviolable.web.doctor.check import AMBER, GREEN, RED, Check

__all__ = ["AMBER", "GREEN", "RED", "Check", "examine"]

LOOKS = (*place.LOOKS, *record.LOOKS, *day.LOOKS, *set_up.LOOKS)


def examine(now: datetime) -> list[Check]:
    """Every check, in order. One that cannot be made is red."""
    return [check for look in LOOKS for check in _look(look, Path(settings.HOME), now)]


def _look(look: Callable[[Path, datetime], Iterator[Check]], home: Path, now: datetime) -> list[Check]:
    try:
        return list(look(home, now))
    except Exception as fault:
        said = f"could not be looked at: {' '.join(str(fault).split())}"
        return [Check(look.__name__.strip("_"), RED, said, "Set that right, then run this again.")]
