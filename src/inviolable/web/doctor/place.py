"""Where the record lies: its folder, its database and its disk."""

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import connection

from inviolable.ledger import reserve
from inviolable.ledger.models import APPEND_ONLY
from inviolable.web.doctor.check import AMBER, GREEN, RED, Check

GIB = 1 << 30


def _home(home: Path, _now: datetime) -> Iterator[Check]:
    private = [home, *(home / "keys").glob("*.pem"), *(home / "keys").glob("*.next"), home / "secret_key"]
    found = [path for path in private if path.exists()]
    wrong = [path for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077 or path.stat().st_uid != os.geteuid()]
    if wrong:
        names = ", ".join(map(str, wrong))
        yield Check("home", RED, f"open to others, or somebody else's: {names}", "chown and chmod go= them.")
    else:
        yield Check("home", GREEN, f"{home} and its keys are closed to others")


def _database(_home: Path, _now: datetime) -> Iterator[Check]:
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    show, way_out = "SHOW {}", "Set them in postgresql.conf: without them a power cut loses what was acknowledged."
    if connection.vendor == "sqlite":
        wanted, show = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}, "PRAGMA {}"
        way_out = "Put the home on a local disk: SQLite could not be set to wait for it."
    found = {}
    with connection.cursor() as cursor:
        for name in wanted:
            cursor.execute(show.format(name))
            found[name] = str(cursor.fetchone()[0])
    wrong = [f"{name} is {value}" for name, value in found.items() if value != wanted[name]]
    if wrong:
        yield Check("database", RED, ", ".join(wrong), way_out)
    else:
        yield Check("database", GREEN, f"{connection.vendor} waits for the disk at each commit")


def _triggers(_home: Path, _now: datetime) -> Iterator[Check]:
    tables = [model._meta.db_table for model in APPEND_ONLY]
    if connection.vendor == "sqlite":
        wanted = {f"{table}_no_{verb}" for table in tables for verb in ("update", "delete")}
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        wanted = {f"{table}_append_only" for table in tables}
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    with connection.cursor() as cursor:
        cursor.execute(query)
        missing = sorted(wanted - {row[0] for row in cursor.fetchall()})
    if missing:
        way_out = "Somebody took them away. Find out who, run `inviolable verify`, and restore into a new home."
        yield Check("triggers", RED, f"missing: {', '.join(missing)}", way_out)
    else:
        yield Check("triggers", GREEN, f"the database refuses to change {len(tables)} tables")


def _disk(home: Path, _now: datetime) -> Iterator[Check]:
    left, kept = reserve.free(home), reserve.kept(home)
    state = GREEN if left >= GIB else AMBER if left >= 2 * reserve.SIZE else RED
    yield Check("disk", state, f"{left // (1 << 20)} MiB are free", "" if state == GREEN else "Make room, or grow it.")
    if kept:
        yield Check("reserve", GREEN, f"{kept // (1 << 20)} MiB are kept for entries on a full disk")
    elif kept == 0:
        said = "it was given away: the disk was full, and exhibits are refused"
        yield Check("reserve", RED, said, "Make room; it is laid down again within a second.")
    else:
        yield Check("reserve", AMBER, "none was laid down yet", "Start `inviolable run` or `inviolable worker` once.")


LOOKS = (_home, _database, _triggers, _disk)
