"""The database as one file, taken while others write, and put back: SQLite's own copy, or PostgreSQL's `pg_dump`."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from .keys import sync_folder
from .snapshot import BadBackup

SQLITE, POSTGRESQL = "inviolable.sqlite3", "database.pgdump"
#: Who is signed in: useless after a restore, and not for whoever steals a backup.
SESSIONS = "django_session"

Database = Mapping[str, Any]


def dump(database: Database, folder: Path) -> None:
    """Write the database as of one moment into a folder, durably. database: Django's description. Raises BadBackup."""
    copy = folder / (POSTGRESQL if is_postgresql(database) else SQLITE)
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if is_postgresql(database):
        flags = ["--format=custom", f"--exclude-table-data={SESSIONS}", f"--file={copy}"]
        _client("pg_dump", [*flags, f"--dbname={database['NAME']}"], database)
        return
    try:
        _copy_sqlite(Path(database["NAME"]), copy)
    except sqlite3.Error as fault:
        raise BadBackup(f"{folder}: the database could not be copied: {fault}. Make room and try again.") from None


def load(snapshot: Path, database: Database) -> None:
    """Put the database of a snapshot into an empty one, whole or not at all. Raises BadBackup."""
    wanted = snapshot / (POSTGRESQL if is_postgresql(database) else SQLITE)
    if not wanted.exists():
        found = SQLITE if is_postgresql(database) else POSTGRESQL
        raise BadBackup(
            f"{snapshot}: holds {found}, so restore it into {'SQLite' if found == SQLITE else 'PostgreSQL'}: "
            f"{'unset INVIOLABLE_DATABASE' if found == SQLITE else 'set INVIOLABLE_DATABASE to an empty database'}."
        )
    if is_postgresql(database):
        flags = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
        _client("pg_restore", [*flags, f"--dbname={database['NAME']}", str(wanted)], database)
        return
    target = Path(database["NAME"])
    shutil.copyfile(wanted, target)
    target.chmod(0o600)


def is_postgresql(database: Database) -> bool:
    """Whether this describes PostgreSQL; otherwise it is SQLite."""
    return str(database["ENGINE"]).endswith("postgresql")


def _copy_sqlite(source: Path, copy: Path) -> None:
    """`VACUUM INTO` reads one moment and leaves writers alone; what was deleted from the source is not in the copy."""
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=30)) as database:
        database.execute("VACUUM INTO ?", [str(copy)])
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute("PRAGMA secure_delete = ON")
        database.execute(f"DELETE FROM {SESSIONS}")  # noqa: S608 - our own constant
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    sync_folder(copy.parent)


def _client(tool: str, flags: list[str], database: Database) -> None:
    """Run a client of PostgreSQL. The password travels in its environment, where other accounts cannot read it."""
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
    login = {variable: str(database[key]) for key, variable in names.items() if database.get(key)}
    try:
        done = subprocess.run(  # noqa: S603 - a client with flags of ours
            [tool, "--no-password", *flags], env={**os.environ, **login}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise BadBackup(
            f"{tool} is missing, PostgreSQL's own client: apt-get install postgresql-client, "
            "in the version of the server or a newer one."
        ) from None
    if done.returncode:
        said = " ".join(done.stderr.split())[:500]
        raise BadBackup(f"{tool}: {said}")
