"""What a backup folder holds, and how one moment of an installation is written into it and read back. No database here.

    DIR/origin                    whose backup this is
    DIR/snapshots/<moment>/       the database, the small files of the home, the newest checkpoint, their SHA-256
    DIR/objects, DIR/subject-keys mirrors of the two stores: what was erased disappears from them
    DIR/erased                    the subjects that were erased, so that an older snapshot forgets them too

A snapshot appears whole, after everything in the mirrors that it needs: what begins with a dot never became one.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from .keys import sync_folder, write_over
from .lock import only_one
from .moments import written
from .store import Folder

MANIFEST, CHECKPOINT, HOME = "manifest-sha256.txt", "checkpoint", "home"
#: What a home makes anew. The key of cookies is among it, so that whoever steals a backup forges no session.
MADE_ANEW = (
    *("secret_key", "running", "keeping", "replicating", "positions.lock", "reserve", "last-backup"),
    *("pressed", "straight", "straight.lock", "port"),
)
#: How files begin that belong to a database, or to its replica.
OF_THE_DATABASE = ("inviolable.sqlite3", ".inviolable.sqlite3", "litestream")


class BadBackup(Exception):
    """A backup that cannot be made or used; the message says why, and what to do."""


def objects_of(folder: Path) -> Folder:
    """The mirror of the store of objects."""
    return Folder(folder / "objects")


def keys_of(folder: Path) -> Folder:
    """The mirror of the store of subjects' keys."""
    return Folder(folder / "subject-keys")


def snapshots_of(folder: Path) -> list[Path]:
    """Every whole snapshot, the oldest first."""
    found = (folder / "snapshots").glob("[0-9]*")
    return sorted(one for one in found if (one / MANIFEST).is_file())


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else writes into this backup until the end of the block. Raises BadBackup."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_one(folder / "lock") as mine:
        if not mine:
            raise BadBackup(f"{folder}: another backup is being written there; wait for it to end.")
        yield


@contextmanager
def staged(folder: Path, now: datetime) -> Iterator[tuple[Path, Path]]:
    """(where a snapshot is to be written, where it will be): there whole when the block ends well, else not at all."""
    shown = folder / "snapshots" / written(now).replace(":", "")
    if shown.exists():
        raise BadBackup(f"{shown}: is there already; is the clock right?")
    stage = shown.with_name(".writing")
    shutil.rmtree(stage, ignore_errors=True)
    for one in (shown.parent, stage):
        one.mkdir(mode=0o700, exist_ok=True)
    try:
        yield stage, shown
        _seal(stage)
        stage.rename(shown)
        sync_folder(shown.parent)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def copy_files(home: Path, into: Path, without: set[Path]) -> None:
    """The small files of a home: all of them but the database, what is made anew, and the folders `without`."""
    into.mkdir(mode=0o700)
    for path in sorted(home.iterdir()):
        if path.name not in MADE_ANEW and not path.name.startswith(OF_THE_DATABASE):
            _copy(path, into / path.name, without)
    sync_folder(into)


def _copy(path: Path, to: Path, without: set[Path]) -> None:
    if path.is_symlink() or path in without or path.match(".*.new"):  # The last is what somebody died over.
        return
    if path.is_file():
        with suppress(FileNotFoundError):  # What is being written beside a file may have taken its place.
            write_over(to, path.read_bytes())
    elif path.is_dir():
        to.mkdir(mode=0o700)
        for one in sorted(path.iterdir()):
            _copy(one, to / one.name, without)
        sync_folder(to)


def _files(snapshot: Path) -> list[Path]:
    return sorted(path for path in snapshot.rglob("*") if path.is_file() and path != snapshot / MANIFEST)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _seal(stage: Path) -> None:
    """Write down what each file must be, as `sha256sum --check` reads it."""
    lines = [f"{_hash(path)}  {path.relative_to(stage)}\n" for path in _files(stage)]
    write_over(stage / MANIFEST, "".join(lines).encode())


def find_snapshot(folder: Path, name: str = "") -> Path:
    """The snapshot of that name, or the newest; every file in it is what it was. Raises BadBackup."""
    there = {path.name: path for path in snapshots_of(folder)}
    if not there:
        raise BadBackup(f"{folder}: holds no snapshot; name the folder that `inviolable backup --to` was given.")
    if name and name not in there:
        raise BadBackup(f"{folder}: has no snapshot {name!r}; there are {', '.join(there)}.")
    snapshot = there[name or max(there)]
    lines = (snapshot / MANIFEST).read_text("utf-8").splitlines()
    wanted = {file: digest for digest, _, file in (line.partition("  ") for line in lines)}
    found = {str(path.relative_to(snapshot)): path for path in _files(snapshot)}
    for file in sorted(wanted.keys() | found.keys()):
        if file not in found or file not in wanted or _hash(found[file]) != wanted[file]:
            raise BadBackup(f"{snapshot}: {file} is not what was backed up; restore another snapshot.")
    return snapshot


def erased_in(folder: Path) -> list[str]:
    """The subjects that had been erased when the folder was last written to."""
    path = folder / "erased"
    return path.read_text("ascii").split() if path.exists() else []
