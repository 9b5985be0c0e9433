"""What a device says: one line of canonical JSON, signed by its key. Nothing here reads a database.

    {"device", "made", "number", "say", "v"} and, by what it says:
    beat                      it is there; `until`: it goes to sleep, and will be heard from again by then
    press                     `id` (made by the device), `danger`: somebody needs help
    tell                      `id`, `key`, `value`: something about the event at its post
    filmed                    `id`, `recording`, `segments`: a recording is over, after so many of them
    ask                       `id`, `zone`, `whom`, `purpose`: may they be let in? Whoever may consent is asked

number grows with everything that the device ever says, so nothing counts twice, and nothing old counts after something
new. made is its own clock, a claim. Whoever changes a character, or has another key, has said nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from inviolable.ledger import canonical
from inviolable.ledger.moments import read

#: Bytes of a statement.
MOST = 1_000
KEY = re.compile(r"[0-9a-f]{16}")
ID = re.compile(r"[0-9a-f-]{36}")
SHAPES = {"id": ID, "recording": ID, "segments": re.compile(r"0|[1-9][0-9]{0,6}")}
#: What a device can say, with the fields that it needs and may have.
SAYS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "beat": (frozenset(), frozenset({"until"})),
    "press": (frozenset({"id", "danger"}), frozenset()),
    "tell": (frozenset({"id", "key", "value"}), frozenset()),
    "filmed": (frozenset({"id", "recording", "segments"}), frozenset()),
    "ask": (frozenset({"id", "zone", "whom", "purpose"}), frozenset()),
}
COMMON = frozenset({"device", "made", "number", "say", "v"})


class NoStatement(ValueError):
    """Bytes that no device of ours would send; the message says what was found and what is expected."""


class NotEnrolled(Exception):
    """Whoever speaks is no device of ours. cut: it was one, and is cut off."""

    def __init__(self, *, cut: bool = False) -> None:
        self.cut = cut
        super().__init__(_("This device is cut off.") if cut else _("This device is not enrolled."))


@dataclass(frozen=True)
class Statement:
    """What was said: by which key, as which number, when by the device's own clock. more: what else it says."""

    device: str
    number: int
    made: datetime
    say: str
    more: dict[str, str]


def read_statement(line: bytes) -> Statement:
    """The statement that these bytes are. Raises NoStatement. That its key has signed it is for whoever has the key."""
    if len(line) > MOST:
        raise NoStatement(f"it has {len(line)} bytes; at most {MOST} are allowed.")
    try:
        said = canonical.decode(line)
    except canonical.NotCanonical as fault:
        raise NoStatement(str(fault)) from None
    if type(said) is not dict or said.get("v") != 1:
        raise NoStatement("it is no object of version 1.")
    say = said.get("say")
    needs, may = SAYS.get(say if type(say) is str else "", (None, frozenset()))
    if needs is None:
        raise NoStatement(f"say: found {say!r}; expected: {', '.join(SAYS)}.")
    if missing := (COMMON | needs) - said.keys():
        raise NoStatement(f"{min(missing)}: is missing.")
    if surplus := said.keys() - COMMON - needs - may:
        raise NoStatement(f"{min(surplus)}: is no field of {said['say']}.")
    return Statement(
        _fits("device", said["device"], KEY),
        _number(said["number"]),
        _moment("made", said["made"]),
        said["say"],
        {name: _more(name, said[name]) for name in sorted(said.keys() - COMMON)},
    )


def _more(name: str, value: Any) -> str:
    if name in SHAPES:
        return _fits(name, value, SHAPES[name])
    if name == "until":
        _moment(name, value)
    if type(value) is not str:
        raise NoStatement(f"{name}: found {value!r}; expected: a text.")
    return value


def _fits(name: str, value: Any, shape: re.Pattern[str]) -> str:
    if type(value) is not str or not shape.fullmatch(value):
        raise NoStatement(f"{name}: found {value!r}; expected: {shape.pattern}.")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or value < 1:
        raise NoStatement(f"number: found {value!r}; expected: 1 or more.")
    return value


def _moment(name: str, value: Any) -> datetime:
    try:
        return read(value)
    except (TypeError, ValueError):
        raise NoStatement(f"{name}: found {value!r}; expected: 2026-01-27T17:00:00.000Z.") from None
