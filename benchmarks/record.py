"""The record beside what does the same with less: bare SQLite, hashlib, openssl, bagit, sha256sum."""

import hashlib
import io
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from benchmarks.parts import Result

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
ACTOR = {"role": "officer", "id": "user-7"}
MB = 1_000_000
#: Entries, exhibits and their bytes, bytes of the file that is taken in.
SIZES, EXHIBITS, EXHIBIT, FILE = (10**3, 10**4, 10**5, 10**6), 5_000, 200_000, 1 << 30


@contextmanager
def home() -> Iterator[Path]:
    """A home of its own, with an empty record, on the disk that this repository is on."""
    place = Path(tempfile.mkdtemp(prefix=".bench-", dir=Path.cwd()))
    os.environ |= {"INVIOLABLE_HOME": str(place / "home"), "DJANGO_SETTINGS_MODULE": "inviolable.web.settings"}
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield place
    finally:
        shutil.rmtree(place)


def body(number: int) -> dict[str, str]:
    """What an average entry says, some 500 bytes in all."""
    return {"hold": f"hold-{number}", "reason": "the court has asked for it, " * 6}


def append_one(number: int, stream: str) -> None:
    from django.db import transaction

    from inviolable.ledger.actions import append

    with transaction.atomic():
        append(stream, "hold.placed", body(number), actor=ACTOR, now=NOW)


def appends() -> Result:
    """Durable signed appends beside a bare commit of the same bytes: taken in turns, so that both see the same disk."""
    with home() as place:
        from inviolable.ledger.models import Entry

        stream, numbers = f"incident/{uuid4()}", iter(range(10**9))
        append_one(next(numbers), stream)
        line = bytes(Entry.objects.get(stream=stream).line)
        bare = sqlite3.connect(place / "bare.sqlite3", isolation_level=None)
        for order in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE e(id INTEGER PRIMARY KEY, line)",
        ):
            bare.execute(order)

        def commit() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO e(line) VALUES (?)", (line,))
            bare.execute("COMMIT")

        ours, theirs = in_turns(lambda: append_one(next(numbers), stream), commit, rounds=15, each=300)
        return {"ours": 1 / ours, "bare": 1 / theirs, "ratio": theirs / ours, "bytes": len(line)}


def in_turns(one: Callable[[], None], other: Callable[[], None], rounds: int, each: int) -> tuple[float, float]:
    """Seconds that one and the other take, medians over rounds in which they alternate."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for place, work in enumerate((one, other)):
            start = time.perf_counter()
            for _ in range(each):
                work()
            taken[place].append((time.perf_counter() - start) / each)
    return statistics.median(taken[0]), statistics.median(taken[1])


def fill(count: int, stream: str) -> None:
    """So many entries at once: the same lines as one by one, in few transactions."""
    from django.db import transaction

    from inviolable.ledger.actions import append

    for start in range(0, count, 5_000):
        with transaction.atomic():
            for number in range(start, min(count, start + 5_000)):
                append(stream, "hold.placed", body(number), actor=ACTOR, now=NOW)


def cpu() -> float:
    """CPU-seconds of this process and its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def child_cpu() -> float:
    """CPU-seconds of processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def hashed_alone() -> tuple[int, int, float, float]:
    """(entries, their bytes, seconds to hash them one by one from memory, and while reading them from the table)."""
    from django.db import connection

    def from_table() -> list[bytes]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT line FROM ledger_entry ORDER BY id")
            return [hashlib.sha256(row[0]).digest() for row in iter(cursor.fetchone, None)]

    with connection.cursor() as cursor:
        cursor.execute("SELECT line FROM ledger_entry ORDER BY id")
        lines = [bytes(row[0]) for row in cursor.fetchall()]

    def bare() -> None:
        for line in lines:
            hashlib.sha256(line).digest()

    return len(lines), sum(map(len, lines)), best(bare), best(from_table)


def best(work: Callable[[], object], runs: int = 3) -> float:
    """Seconds of the quickest of a few long runs."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


class _Null(io.RawIOBase):
    def write(self, piece: bytes) -> int:  # type: ignore[override]
        return len(piece)


def intake() -> Result:
    """Hash, seal, hash: bytes per CPU-second beside `openssl dgst -sha256` of the same file."""
    with home() as place:
        import pyrage

        from inviolable.ledger import actions, exhibits
        from inviolable.ledger.seal import seal_stream

        path = place / "clip.mp4"
        with path.open("wb") as file:
            piece = os.urandom(1 << 20)
            for _ in range(FILE >> 20):
                file.write(piece)
        for name in ("duty", "recovery"):
            recipient = str(pyrage.x25519.Identity.generate().to_public())
            actions.add_recipient(recipient, name, actor=ACTOR, now=NOW)
        peer, null, folder = [], [], []
        for _ in range(3):
            before = child_cpu()
            subprocess.run(["openssl", "dgst", "-sha256", path], check=True, stdout=subprocess.DEVNULL)
            peer.append(child_cpu() - before)
            before = cpu()
            with path.open("rb") as source:
                seal_stream(source, _Null(), actions.recipients())
            null.append(cpu() - before)
            before = cpu()
            exhibits.receive_file(path, f"incident/{uuid4()}", exhibits.About("C"), actor=ACTOR, now=NOW)
            folder.append(cpu() - before)
        figures = {"openssl": min(peer), "null": min(null), "folder": min(folder)}
        return {name: FILE / MB / seconds for name, seconds in figures.items()}


def dossiers() -> Result:
    """Exporting and verifying 5,000 exhibits beside `bagit` and `sha256sum` on the same bytes."""
    import bagit

    with home() as place:
        import pyrage

        from inviolable.ledger import actions, dossier, exhibits, sequencer, verifier

        for name in ("duty", "recovery"):
            recipient = str(pyrage.x25519.Identity.generate().to_public())
            actions.add_recipient(recipient, name, actor=ACTOR, now=NOW)
        stream = f"incident/{uuid4()}"
        for _ in range(EXHIBITS):
            exhibits.receive(stream, io.BytesIO(os.urandom(EXHIBIT)), exhibits.About("C"), actor=ACTOR, now=NOW)
        dossier.record_export(stream, dossier.Contents(), to="bench", reason="bench", actor=ACTOR, now=NOW)
        sequencer.checkpoint(NOW)
        ours, theirs, checked, hashed, validated, summed = [], [], [], [], [], []
        for turn in range(3):
            folder = place / f"dossier-{turn}"
            ours.append(seconds(lambda: dossier.write_dossier(stream, "bench", folder, dossier.Contents(), now=NOW)))  # noqa: B023
            copy = place / f"copy-{turn}"
            shutil.copytree(folder / "data" / "exhibits", copy)
            theirs.append(seconds(lambda: bagit.make_bag(str(copy))))  # noqa: B023
            shutil.rmtree(copy)
            checked.append(seconds(lambda: verifier.verify(folder)))  # noqa: B023
            hashed.append(seconds(lambda: verifier.bag_holds(verifier.Bag(folder), lambda *_: None)))  # noqa: B023
            validated.append(seconds(lambda: bagit.Bag(str(folder)).validate()))  # noqa: B023
            command = ["sha256sum", "--quiet", "-c", "manifest-sha256.txt"]
            summed.append(seconds(lambda: subprocess.run(command, cwd=folder, check=True)))  # noqa: B023
            shutil.rmtree(folder)
        return {
            "exhibits": EXHIBITS,
            "export": min(ours),
            "make_bag": min(theirs),
            "verify": min(checked),
            "hashed": min(hashed),
            "validate": min(validated),
            "sha256sum": min(summed),
        }


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def growth() -> Result:
    """How the record grows to a million entries; and the audit of these beside hashing their bytes."""
    rows = []
    with home():
        stream = f"incident/{uuid4()}"
        for target in SIZES:
            rows.append(grown_to(target, stream))
        return {"rows": rows, "audit": audit()}


def grown_to(target: int, stream: str) -> dict[str, float]:
    """Seconds of one append, the checkpoint over what is new, one proof and the audit of everything, at that size."""
    from inviolable.ledger import audit as live
    from inviolable.ledger import sequencer, tree

    fill(target - sequencer.tree_size() - 201, stream)
    sequencer.sequence()
    one = statistics.median(seconds(lambda: append_one(0, stream)) for _ in range(200))
    placing = seconds(lambda: sequencer.checkpoint(NOW))
    size = sequencer.tree_size()
    places = [place * (size - 1) // 99 for place in range(100)]
    read = sequencer.reader()
    proof = seconds(lambda: [tree.inclusion(read, place, size) for place in places]) / 100
    return {
        "entries": size,
        "append": one,
        "checkpoint": placing,
        "proof": proof,
        "audit": seconds(live.audit_structure),
    }


def audit() -> Result:
    """The audit of everything beside hashing the same bytes, one by one, in memory already."""
    from inviolable.ledger import audit as live

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    structure = best(live.audit_structure)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    count, size, hashing, reading = hashed_alone()
    return {
        "count": count,
        "bytes": size,
        "hashing": hashing,
        "structure": structure,
        "reading": reading,
        "grown": grown * 1024,
        "signatures": seconds(live.audit_signatures),
    }


RECORD_PARTS: dict[str, Callable[[], Result]] = {
    "record_appends": appends,
    "record_intake": intake,
    "record_dossiers": dossiers,
    "record_growth": growth,
}
