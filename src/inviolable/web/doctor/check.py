"""One thing that is looked at, and how ages are said."""

from dataclasses import dataclass
from datetime import timedelta

GREEN, AMBER, RED = "green", "amber", "red"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. state: green, amber or red. way_out: what to do, empty where there is nothing."""

    name: str
    state: str
    said: str
    way_out: str = ""


def old_words(age: timedelta) -> str:
    """A span as people say it."""
    seconds = max(int(age.total_seconds()), 0)
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"
