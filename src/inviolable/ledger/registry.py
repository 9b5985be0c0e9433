"""Which kinds of entry there are, and what is derived from entries.

Each room declares its kinds in its `kinds.py` and registers its projections; this room never imports them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inviolable.ledger.moments import MOMENT

Check = Callable[[Any], bool]


def text(value: Any) -> bool:
    """One or more characters."""
    return type(value) is str and value != ""


def number(value: Any) -> bool:
    """An integer that is not negative."""
    return type(value) is int and value >= 0


def moment(value: Any) -> bool:
    """A moment as entries write it: 2026-01-27T17:00:00.000Z."""
    return type(value) is str and MOMENT.fullmatch(value) is not None


def digest(value: Any) -> bool:
    """A SHA-256 in small hex digits."""
    return type(value) is str and re.fullmatch("[0-9a-f]{64}", value) is not None


def table(value: Any) -> bool:
    """An object."""
    return type(value) is dict


def texts(value: Any) -> bool:
    """A list of texts."""
    return type(value) is list and all(map(text, value))


def one_of(*allowed: str) -> Check:
    """One of a closed list."""

    def check(value: Any) -> bool:
        return value in allowed

    check.__doc__ = f"One of {', '.join(allowed)}."
    return check


class BadEntry(ValueError):
    """Something that its kind does not allow to be recorded; the message says what and what is allowed."""


@dataclass(frozen=True)
class Kind:
    """What one kind of entry may say.

    needs, may: the plain fields with their checks. sealed: fields kept as commitments only. opens, closes, owns: the
    obligation an entry opens or closes, or has others answer for (`to`, `superior`), which the plain field of the same
    name identifies; the field `obligation` has its whole name, such as task/1. premis: the PREMIS 3 eventType word for
    what was done to an object, where there is one.
    """

    name: str
    needs: Mapping[str, Check] = field(default_factory=dict)
    may: Mapping[str, Check] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()
    opens: str = ""
    closes: str = ""
    owns: str = ""
    premis: str = ""

    def check(self, body: Mapping[str, Any], sealed: Sequence[str] | Mapping[str, Any]) -> None:
        """Raise BadEntry unless an entry of this kind may say this."""
        for name in self.needs.keys() - body.keys():
            raise BadEntry(f"{self.name}: {name} is missing.")
        for name, value in body.items():
            allowed = self.needs.get(name) or self.may.get(name)
            if allowed is None:
                raise BadEntry(f"{self.name}: has no field {name}; it may have {', '.join([*self.needs, *self.may])}.")
            if not allowed(value):
                raise BadEntry(f"{self.name}: {name} is {value!r}; expected: {allowed.__doc__}")
        for name in sealed:
            if name not in self.sealed:
                raise BadEntry(f"{self.name}: {name} is not a field that it seals.")


KINDS: dict[str, Kind] = {}


def declare(*kinds: Kind) -> None:
    """Make kinds known. Declaring one twice, or under a name that is not `thing.verbed`, is a mistake of ours."""
    for kind in kinds:
        if kind.name in KINDS or not re.fullmatch(r"[a-z_]+\.[a-z_]+", kind.name):
            raise ValueError(f"kind {kind.name!r} is declared twice or misnamed.")
        KINDS[kind.name] = kind


@dataclass(frozen=True)
class Recorded:
    """One entry as it stands in the ledger. number: its row; leaf: its leaf hash; entry: what it says.

    key, signature: of the record over its line, where they were read.
    """

    number: int
    leaf: bytes
    line: bytes
    entry: Mapping[str, Any]
    key: str = ""
    signature: bytes = b""

    @property
    def body(self) -> Mapping[str, Any]:
        """The plain fields."""
        body: Mapping[str, Any] = self.entry["body"]
        return body


@dataclass(frozen=True)
class Projection:
    """Tables that are derived from entries: emptied and filled again by `inviolable rebuild`.

    models: Django models, in an order in which their rows can be deleted. kinds: what it follows from. apply: takes
    each entry of these kinds in order.
    """

    name: str
    models: tuple[Any, ...]
    kinds: Callable[[Kind], bool]
    apply: Callable[[Recorded], None]


PROJECTIONS: list[Projection] = []


def project(projection: Projection) -> None:
    """Register a projection, once."""
    if all(known.name != projection.name for known in PROJECTIONS):
        PROJECTIONS.append(projection)


def derive(recorded: Recorded) -> None:
    """Have every projection that follows from this kind take the entry. A kind nobody declared derives nothing."""
    kind = KINDS.get(recorded.entry["kind"])
    for projection in PROJECTIONS if kind else ():
        if kind and projection.kinds(kind):
            projection.apply(recorded)
