"""Between which two moments an entry was made, by clocks that are not ours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inviolable.ledger.models import Beacon, Cosignature, Stamp
from inviolable.ledger.sequencer import origin


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


class Bounds:
    """The intervals of many entries at once: four queries, whatever their number."""

    def __init__(self) -> None:
        stamps = list(Stamp.objects.values_list("sha256", "checkpoint_id", "authority", "earliest", "latest"))
        seen = [(size, Bound(latest, authority)) for _, size, authority, _, latest in stamps]
        seen += [
            (size, Bound(time, witness))
            for size, witness, time in Cosignature.objects.values_list("checkpoint_id", "witness", "time")
        ]
        self._sizes, self._before = _soonest(seen)
        self._tokens = {sha256: Bound(earliest, authority) for sha256, _, authority, earliest, _ in stamps}
        self._beacons = {
            sha256: (issuer, token, time)
            for sha256, issuer, token, time in Beacon.objects.values_list("sha256", "issuer", "token", "time")
        }
        self._own = origin() if self._beacons else ""

    def of(self, entry: Mapping[str, Any], index: int | None) -> Interval:
        """The interval of one entry; index: its place in the tree, None while it has none."""
        return Interval(self._after(entry.get("beacon", "")), self._not_after(index))

    def _after(self, beacon: str) -> Bound | None:
        issuer, token, time = self._beacons.get(beacon, ("", "", None))
        if time and issuer != self._own:
            return Bound(time, issuer)
        return self._tokens.get(token)

    def _not_after(self, index: int | None) -> Bound | None:
        if index is None:
            return None
        place = bisect_right(self._sizes, index)
        return self._before[place] if place < len(self._sizes) else None


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
