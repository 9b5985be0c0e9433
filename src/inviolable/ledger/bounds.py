"""Between which two moments an entry was made, by clocks that are not ours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inviolable.ledger.models import Beacon, Cosignature, Stamp
from inviolable.ledger.sequencer import origin

#: How many of the first attestations after the last entry are read. Each bounds it; the soonest is among them, unless
#: clocks of theirs are far apart.
FIRST = 32
#: An entry, and its place in the tree: None while it has none.
Placed = tuple[Mapping[str, Any], int | None]


@dataclass(frozen=True)
class Bound:
    """One side of an interval: the moment, and whose clock says so."""

    moment: datetime
    by: str


@dataclass(frozen=True)
class Interval:
    """Not before, not after. A side that no outside clock bounds is None: shown as open, never guessed."""

    after: Bound | None = None
    before: Bound | None = None


def intervals(entries: Sequence[Placed]) -> Iterator[Interval]:
    """The interval of each: a few queries, which read no more than what lies between the first and the last."""
    after = _not_before({entry["beacon"] for entry, _ in entries if "beacon" in entry})
    places = [index for _, index in entries if index is not None]
    sizes, soonest = _soonest(_attested(min(places), max(places)) if places else [])
    for entry, index in entries:
        place = len(sizes) if index is None else bisect_right(sizes, index)
        yield Interval(after.get(entry.get("beacon", "")), soonest[place] if place < len(sizes) else None)


def _not_before(beacons: set[str]) -> dict[str, Bound]:
    """What each beacon proves: another installation's by its own clock, ours only through the token it names."""
    rows = list(Beacon.objects.filter(sha256__in=beacons).values_list("sha256", "issuer", "token", "time"))
    tokens = {
        sha256: Bound(earliest, authority)
        for sha256, authority, earliest in Stamp.objects.filter(sha256__in={row[2] for row in rows}).values_list(
            "sha256", "authority", "earliest"
        )
    }
    own = origin() if rows else ""
    found = {
        sha256: tokens.get(token) if issuer == own else Bound(time, issuer) for sha256, issuer, token, time in rows
    }
    return {sha256: bound for sha256, bound in found.items() if bound}


def _attested(first: int, last: int) -> Iterator[tuple[int, Bound]]:
    """(size, moment) of what saw the tree after these two places: all between them, and the first after both."""
    for rows in (
        Stamp.objects.order_by("checkpoint_id", "id").values_list("checkpoint_id", "latest", "authority"),
        Cosignature.objects.order_by("checkpoint_id", "id").values_list("checkpoint_id", "time", "witness"),
    ):
        between = rows.filter(checkpoint_id__gt=first, checkpoint_id__lte=last)
        for size, moment, by in (*between, *rows.filter(checkpoint_id__gt=last)[:FIRST]):
            yield size, Bound(moment, by)


def _soonest(seen: Iterable[tuple[int, Bound]]) -> tuple[list[int], list[Bound]]:
    """For each size at which the tree was seen, the earliest moment at which that size or a larger one was."""
    sizes: list[int] = []
    soonest: list[Bound] = []
    for size, found in sorted(seen, key=lambda pair: -pair[0]):
        bound = min([found, *soonest[-1:]], key=lambda one: one.moment)
        if sizes and sizes[-1] == size:
            soonest[-1] = bound
        else:
            sizes.append(size)
            soonest.append(bound)
    return sizes[::-1], soonest[::-1]
