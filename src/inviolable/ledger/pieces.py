"""Work over the entries in the order of the tree, a piece at a time: where there are very many, on every processor."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import starmap
from multiprocessing import get_context
from typing import Any, TypeVar

import django
from django.db import connection

#: Entries in a piece: some 20 MB while it is worked on.
PIECE = 20_000
#: Up to so many entries starting processes takes longer than it saves.
ALONE = 150_000

Result = TypeVar("Result")


def each_piece(work: Callable[[int, int], Result], size: int) -> Iterator[Result]:
    """What `work(start, stop)` gives for each piece of the first `size` places, in their order.

    `work` is a function of a module, and what it gives can be pickled: it may run in another process, with a
    connection of its own. No more pieces are worked on ahead than are needed to keep the processors busy.
    """
    pieces = [(start, min(start + PIECE, size)) for start in range(0, size, PIECE)]
    processes = os.cpu_count() or 1
    if size <= ALONE or processes == 1:
        yield from starmap(work, pieces)
        return
    ahead: deque[Future[Result]] = deque()
    with ProcessPoolExecutor(processes, get_context("spawn"), django.setup) as pool:
        for piece in pieces:
            ahead.append(pool.submit(work, *piece))
            if len(ahead) > 2 * processes:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def rows(columns: str, start: int, stop: int) -> list[tuple[Any, ...]]:
    """These columns (`p.` of the place, `e.` of the entry) of what stands at these places, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM ledger_place p JOIN ledger_entry e ON e.id = p.entry_id"  # noqa: S608 - our own
            ' WHERE p."index" >= %s AND p."index" < %s ORDER BY p."index"',
            [start, stop],
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
    if connection.vendor == "postgresql":
        return [tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in found]
    return found
