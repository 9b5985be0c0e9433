"""Copies of an installation: backup, and restore into an empty home."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from inviolable.cli.words import COMMAND_LINE, bar, open_home, record_refused, refuse

FORK = (
    "What was recorded after that is not here. The record goes on from this point, so witnesses that saw more of it\n"
    "will refuse the new part: tell them, and headquarters. docs/backup.md says how."
)


def backup(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="A folder on another disk, the same each time.")],
) -> None:
    """Copy everything there is, while the server runs. Only what is new is copied; what was erased is forgotten."""
    open_home()
    from inviolable.ledger.backup import back_up

    with _refused(), bar("bytes") as progress:
        made = back_up(to, actor=COMMAND_LINE, now=datetime.now(UTC), progress=progress)
    typer.echo(f"Backed up {made.entries} entries into {made.snapshot}.")
    _report(made.faults, "not copied")


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that `backup --to` was given.")],
    snapshot: Annotated[str, typer.Option(metavar="NAME", help="One of DIR/snapshots; default: the newest.")] = "",
    replica: Annotated[
        str, typer.Option(metavar="URL", help="Take the database from Litestream's replica, which is newer.")
    ] = "",
) -> None:
    """Make an installation again, in an empty INVIOLABLE_HOME, from a backup. It is verified before it is used."""
    home = Path(os.environ.get("INVIOLABLE_HOME") or "var").absolute()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        refuse(f"restore: {home} is not empty, and nothing is overwritten; set INVIOLABLE_HOME to another folder.")
    if home.is_mount():
        refuse(f"restore: {home} is a disk of its own, which a folder cannot become; name a folder on it.")
    from inviolable.ledger.snapshot import find_snapshot

    with _refused(), _becoming(home) as stage:
        _fill(stage, find_snapshot(folder, snapshot), replica)
        from django.db import connections

        from inviolable.ledger.audit import NotIntact
        from inviolable.ledger.restore import take_up

        try:
            with bar("bytes") as progress:
                done = take_up(folder, actor=COMMAND_LINE, now=datetime.now(UTC), progress=progress)
        except NotIntact as fault:
            typer.echo(f"NOT VERIFIED: {fault}; nothing was restored. Try another snapshot.", err=True)
            raise typer.Exit(1) from None
        connections.close_all()
    typer.echo(f"Everything held. Restored {done.entries} entries, up to {done.until}.")
    if done.erased:
        typer.echo(f"Erased again: {done.erased}, as before.")
    typer.echo(FORK)
    _report(done.missing, "not in the backup as recorded")


def _fill(stage: Path, snapshot: Path, replica: str) -> None:
    """Lay the small files out, then the database, and bring that up to this version."""
    from inviolable.ledger.dump import is_postgresql, load
    from inviolable.ledger.snapshot import HOME
    from inviolable.web.home import BadSetting, database
    from inviolable.web.replica import fetch

    shutil.copytree(snapshot / HOME, stage)
    stage.chmod(0o700)
    os.environ["INVIOLABLE_HOME"] = str(stage)
    try:
        described = database(stage)
    except BadSetting as fault:
        refuse(fault)
    if is_postgresql(described):
        _check_empty()
    if replica and is_postgresql(described):
        refuse("restore: a replica is of SQLite's database; unset INVIOLABLE_DATABASE, or leave --replica out.")
    if replica:
        Path(str(described["NAME"])).unlink()
        fetch(replica, Path(str(described["NAME"])))
    else:
        load(snapshot, described)
    open_home()


def _check_empty() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inviolable.web.settings")
    django.setup()
    from django.db import connection

    if tables := connection.introspection.table_names():
        refuse(f"restore: the database of INVIOLABLE_DATABASE is not empty (it has {tables[0]}); make a new one.")


@contextmanager
def _becoming(home: Path) -> Iterator[Path]:
    """A folder beside the home, not there yet, that becomes the home when the block ends well."""
    stage = home.with_name(f".{home.name}.restoring")
    shutil.rmtree(stage, ignore_errors=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield stage
        stage.rename(home)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def _refused() -> Iterator[None]:
    from inviolable.ledger.snapshot import BadBackup

    with record_refused():
        try:
            yield
        except BadBackup as fault:
            refuse(fault)


def _report(faults: tuple[str, ...], what: str) -> None:
    """Exit 1 where something is missing, naming it."""
    for fault in faults:
        typer.echo(f"{what}: {fault}", err=True)
    if faults:
        raise typer.Exit(1)
