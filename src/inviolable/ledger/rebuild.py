"""`inviolable rebuild`: empties every derived table and fills it again from the entries."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from inviolable.ledger import canonical, tree
from inviolable.ledger.models import Entry, Place, Tile
from inviolable.ledger.registry import PROJECTIONS, Recorded, derive

#: Rows read at a time.
BATCH = 5_000


@transaction.atomic
def rebuild(progress: Callable[[int, int], None] | None = None) -> int:
    """Derive everything again, all or nothing; how many entries were read."""
    everything = Entry.objects.count()
    for projection in reversed(PROJECTIONS):
        for model in projection.models:
            model.objects.all().delete()
    done = last = 0
    while rows := list(Entry.objects.filter(id__gt=last).order_by("id")[:BATCH]):
        for row in rows:
            line = bytes(row.line)
            derive(Recorded(row.id, bytes(row.leaf), line, canonical.decode(line)))
        done, last = done + len(rows), rows[-1].id
        if progress:
            progress(done, everything)
    _rebuild_tiles()
    return done


def _rebuild_tiles() -> None:
    """The tiles follow from the leaves in their places."""
    Tile.objects.all().delete()
    tiles: dict[tuple[int, int], bytes] = {}

    def load(level: int, number: int) -> bytes:
        return tiles.get((level, number), b"")

    size = 0
    while leaves := list(
        Place.objects.filter(index__gte=size, index__lt=size + BATCH)
        .order_by("index")
        .values_list("entry__leaf", flat=True)
    ):
        tiles |= tree.grow(load, size, [bytes(one) for one in leaves])
        size += len(leaves)
    Tile.objects.bulk_create(Tile(level=level, number=number, hashes=data) for (level, number), data in tiles.items())
