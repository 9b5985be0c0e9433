"""A program in a home of its own: threads that record at the same moment, told in JSON on its output."""

import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

NOW = datetime(2026, 1, 27, 17, tzinfo=UTC)
STREAM = "post/minneapolis"


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "inviolable.web.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps({name: story() for name, story in STORIES.items()}))


def place(number: int) -> str:
    """Record an entry; an odd one is refused by its kind."""
    from inviolable.ledger.actions import SYSTEM, append

    body = {"hold": str(number), "reason": "a court asks"} if number % 2 == 0 else {"hold": ""}
    return append(STREAM, "hold.placed", body, actor=SYSTEM, now=NOW).body["hold"]


def crowd(works: list) -> list[str]:
    """Each in a thread of its own, all at the same moment; what each gives or raises."""
    from inviolable.ledger.together import together

    start = threading.Barrier(len(works))

    def run(work) -> str:
        start.wait()
        try:
            return together(work)
        except Exception as fault:
            return type(fault).__name__

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def each_its_own() -> list[str]:
    return crowd([lambda number=number: place(number) for number in range(12)])


def shared() -> dict:
    """While the first records, four more come."""
    from django.db import transaction

    from inviolable.ledger import together as room

    begun, go_on, commits = threading.Event(), threading.Event(), []

    def record(number: int) -> str:
        transaction.on_commit(lambda: commits.append(threading.get_ident()))
        if number == 100:
            begun.set()
            go_on.wait()
        return place(number)

    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(room.together, lambda: record(100))
        begun.wait()
        others = [pool.submit(room.together, lambda number=number: record(number)) for number in (102, 104, 106, 108)]
        while len(room.QUEUE.waiting) < len(others):
            os.sched_yield()
        go_on.set()
        told = [one.result() for one in (first, *others)]
    return {"told": told, "threads that committed": len(set(commits[1:]))}


def refused() -> dict:
    """The disk takes nothing when they commit, and then does again."""
    from django.db import OperationalError
    from django.db.backends.base.base import BaseDatabaseWrapper

    def fail(*_args) -> None:
        raise OperationalError("database or disk is full")

    whole, BaseDatabaseWrapper._commit = BaseDatabaseWrapper._commit, fail
    told = crowd([lambda number=number: place(number) for number in (200, 202, 204)])
    BaseDatabaseWrapper._commit = whole
    return {"told": told, "then": crowd([lambda: place(206)])}


def places() -> list[int]:
    from inviolable.ledger.models import Entry

    return sorted(Entry.objects.filter(stream=STREAM).values_list("seq", flat=True))


STORIES = {"each its own": each_its_own, "shared": shared, "refused": refused, "places": places}

if __name__ == "__main__":
    sys.exit(main())
