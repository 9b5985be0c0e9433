"""What a recording consists of, as its device's statements tell it (docs/recording.md): slices, and time between."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

#: The layers of a slice, the best first.
LAYERS = ("full", "low", "sound")
#: Milliseconds between two slices up to which a recorder only began again; of what is longer film is missing.
JOINT = 500


@dataclass(frozen=True)
class Filmed:
    """What a device said of one segment. mono, length: milliseconds; wall: its clock, a claim."""

    number: int
    boot: str
    slice: int
    layer: str
    media: str
    mono: int
    length: int
    wall: str
    sealed_bytes: int


def read_statement(statement: str) -> Filmed:
    """What a statement says that was taken when it came; an older one tells less."""
    said = json.loads(statement)
    return Filmed(
        number=said["number"],
        boot=said["boot"],
        slice=said.get("slice", said["number"]),
        layer=said.get("layer", LAYERS[0]),
        media=said.get("media", ""),
        mono=said["mono"],
        length=said.get("length", 0),
        wall=said["wall"],
        sealed_bytes=said["sealed_bytes"],
    )


@dataclass
class Slice:
    """Some two seconds of a run of the device. Of each layer the segment that arrived, or that was only announced."""

    arrived: dict[str, Filmed] = field(default_factory=dict)
    announced: dict[str, Filmed] = field(default_factory=dict)

    @property
    def best(self) -> Filmed:
        """The best layer that arrived; of a slice of which none did the best that was announced."""
        known = self.arrived or self.announced
        return min(known.values(), key=lambda one: LAYERS.index(one.layer) if one.layer in LAYERS else len(LAYERS))


def slices(arrived: Iterable[Filmed], announced: Iterable[Filmed] = ()) -> list[Slice]:
    """Every slice that is known, in the order in which they were filmed, whatever the order of their segments."""
    found: dict[tuple[str, int], Slice] = {}
    boots: dict[str, int] = {}
    for one, came in [*((one, True) for one in arrived), *((one, False) for one in announced)]:
        there = found.setdefault((one.boot, one.slice), Slice())
        (there.arrived if came else there.announced).setdefault(one.layer, one)
        boots[one.boot] = min(one.number, boots.get(one.boot, one.number))
    order = sorted(found, key=lambda key: (boots[key[0]], found[key].best.mono))
    return [found[key] for key in order]


def between(row: Sequence[Slice]) -> Iterator[tuple[Slice, Slice, int | None]]:
    """Each two neighbours and the milliseconds between them, less than nothing for overlap.

    None where the device began again in between: then only its clock tells, and that is a claim.
    """
    for one, other in pairwise(row):
        a, b = one.best, other.best
        yield one, other, b.mono - a.mono - a.length if a.boot == b.boot else None


def largest_joint(row: Sequence[Slice]) -> int | None:
    """The longest time between two slices that follow each other, in milliseconds; None where no two do."""
    times = [ms for a, b, ms in between(row) if ms is not None and b.best.slice == a.best.slice + 1]
    return max(times, default=None)
