"""`inviolable backup`: everything that this installation could not make anew, copied while it goes on recording.

In this order, so that a snapshot never needs what its mirrors lack, and a crash leaves the snapshots that there were:
  1  the entry that says so, and a checkpoint over it
  2  the database as of one moment, then the small files; staged
  3  what was erased disappears from the mirrors
  4  keys of subjects and sealed items that the mirrors lack: each was on disk before the entry that names it
  5  the snapshot appears
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction

from inviolable.ledger import canonical, note, sequencer, tree
from inviolable.ledger.actions import INSTALLATION, Actor, append, configured, key_path, objects, subject_keys
from inviolable.ledger.dump import dump
from inviolable.ledger.exhibits import ITEMS, held, object_name
from inviolable.ledger.keys import signing_key, write_over
from inviolable.ledger.models import Entry, Subject
from inviolable.ledger.moments import written
from inviolable.ledger.snapshot import (
    CHECKPOINT,
    HOME,
    BadBackup,
    alone,
    copy_files,
    keys_of,
    objects_of,
    snapshots_of,
    staged,
)
from inviolable.ledger.store import NotInStore, Store, StoreError
from inviolable.ledger.subjects import key_name

Progress = Callable[[int, int], None]
#: Objects whose name is their SHA-256, such as law files of findings and quarantined segments.
NAMED_BY_HASH = re.compile(r".*/([0-9a-f]{64})\.[a-z]+")
PIECE = 1 << 20
#: Seconds to queue for the write lock of SQLite.
PATIENCE = 60


@dataclass(frozen=True)
class Made:
    """A backup. entries: in the snapshot at least. faults: what was recorded and could not be copied, a line each."""

    snapshot: Path
    entries: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """An object: its name, the subject whose erasure takes it, perhaps, and what its bytes must be."""

    name: str
    subject: str
    sha256: str
    bytes: int


def back_up(folder: Path, *, actor: Actor, now: datetime, progress: Progress | None = None) -> Made:
    """Write a snapshot into `folder` and bring its mirrors up to now. progress: bytes copied, and of how many.

    Raises BadBackup, StoreError or OSError; then the snapshots that there were are as they were.
    """
    home, folder = Path(settings.HOME).absolute(), folder.absolute()
    if home == folder or home in folder.parents:
        raise BadBackup(f"{folder}: lies within the home; name a folder on another disk.")
    with alone(folder):
        _be_patient()
        _check_owner(folder)
        _check_continues(folder)
        with transaction.atomic():
            body = {"size": Entry.objects.count(), "objects": Entry.objects.filter(kind__in=ITEMS).count()}
            append(INSTALLATION, "backup.made", body, actor=actor, now=now)
        head = sequencer.checkpoint(now) or sequencer.newest()
        write_over(folder / "origin", f"{sequencer.origin()}\n".encode())
        with staged(folder, now) as (stage, shown):
            signer = signing_key(key_path()).id
            dump(connection.settings_dict, stage)
            copy_files(home, stage / HOME, {Path(configured().objects), Path(configured().keys)})
            if signing_key(key_path()).id != signer:
                raise BadBackup("the signing key was rotated meanwhile; start the backup again.")
            write_over(stage / CHECKPOINT, (head.note if head else "").encode())
            _forget_erased(folder)
            faults = (*_mirror_keys(folder), *_mirror_objects(folder, progress))
        write_over(home / "last-backup", f"{written(now)} {shown}\n".encode())
    return Made(shown, body["size"] + 1, faults)


def _be_patient() -> None:
    """SQLite gives its lock to whoever asks at the right moment, and posts that film ask all the time."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


def _check_owner(folder: Path) -> None:
    """A folder holds the backups of one installation."""
    path = folder / "origin"
    owner = path.read_text("utf-8").strip() if path.exists() else ""
    ours = sequencer.origin() if Entry.objects.exists() else "a new installation"
    if owner and owner != ours:
        raise BadBackup(f"{folder}: holds the backups of {owner}, and this is {ours}; name another folder.")


def _check_continues(folder: Path) -> None:
    """What is there already must be our own past: a home restored from an older one would bring back the erased."""
    for snapshot in snapshots_of(folder)[-1:]:
        if not (text := (snapshot / CHECKPOINT).read_text("utf-8")):
            return
        head = note.Checkpoint.parse(note.parse_note(text).body)
        sequencer.sequence()
        if head.size > sequencer.tree_size() or tree.root(sequencer.reader(), head.size) != head.root:
            raise BadBackup(
                f"{folder}: holds more of this record than there is here, up to entry {head.size}; was this home "
                "restored from an older backup? Restore the newest one, or name another folder."
            )


def items(store: Store) -> Iterator[Item]:
    """Every sealed item that was recorded and not erased; then whatever in `store` is named by its hash."""
    rows = in_order(Entry.objects.filter(kind__in=ITEMS))
    for one in held(canonical.decode(bytes(row.line)) for row in rows):
        yield Item(object_name(one.id), one.subject, one.body["sealed_sha256"], one.body["sealed_bytes"])
    for name in store.list():
        if found := NAMED_BY_HASH.fullmatch(name):
            yield Item(name, "", found[1], store.size(name))


def in_order(rows: Any) -> Iterator[Any]:
    """Rows by their key, some at a time: no long transaction holds up whoever writes."""
    batch = list(rows.order_by("pk")[:1000])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1].pk).order_by("pk")[:1000])


def _forget_erased(folder: Path) -> None:
    """First the list, for older snapshots; then the keys, and with them whatever was sealed to them."""
    erased = list(in_order(Subject.objects.filter(erased__isnull=False)))
    write_over(folder / "erased", "".join(f"{one.id}\n" for one in erased).encode())
    keys, mirror = keys_of(folder), objects_of(folder)
    for one in erased:
        with suppress(NotInStore):
            keys.delete(key_name(str(one.id)))
        with suppress(NotInStore):
            mirror.delete(object_name(str(one.id)))


def _mirror_keys(folder: Path) -> Iterator[str]:
    """Keys are sealed anew when recipients change, and then replace what is there."""
    keys, mirror = subject_keys(), keys_of(folder)
    for subject in in_order(Subject.objects.filter(erased=None)):
        name = key_name(str(subject.id))
        try:
            sealed = read_key(keys, name)
        except (StoreError, OSError) as fault:
            if _still_known(str(subject.id)):
                yield f"the key of {subject.about} {subject.id}: {fault}"
            continue
        if not mirror.exists(name) or read_key(mirror, name) != sealed:
            with mirror.replace(name) as file:
                file.write(sealed)


def read_key(store: Store, name: str) -> bytes:
    """A sealed key, whole: it is small. Raises StoreError."""
    with store.read(name) as file:
        return file.read()


def _still_known(subject: str) -> bool:
    return Subject.objects.filter(id=subject, erased=None).exists()


def _mirror_objects(folder: Path, progress: Progress | None) -> Iterator[str]:
    """What the mirror has is not read again; what it lacks must be what was recorded."""
    mirror, store = objects_of(folder), objects()
    total = sum(one.bytes for one in items(store) if not mirror.exists(one.name))
    done = 0
    for item in items(store):
        if mirror.exists(item.name):
            continue
        try:
            copy_item(item, store, mirror)
        except Unreadable as fault:
            if not item.subject or _still_known(item.subject):
                yield f"{item.name}: {fault}"
        done += item.bytes
        if progress:
            progress(done, max(total, done))


class Unreadable(Exception):
    """An item that its store does not have as it was recorded."""


def copy_item(item: Item, source: Store, target: Store) -> None:
    """Copy an object, which appears only if its bytes are those that were recorded. Raises Unreadable, StoreError."""
    try:
        file = source.read(item.name)
    except StoreError as fault:
        raise Unreadable(str(fault)) from None
    hashed = hashlib.sha256()
    with file, target.write(item.name) as sink:
        for piece in _pieces(file):
            hashed.update(piece)
            sink.write(piece)
        if hashed.hexdigest() != item.sha256:
            raise Unreadable("its bytes are not those that were recorded; they were not copied.")


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    try:
        while piece := file.read(PIECE):
            yield piece
    except (StoreError, OSError) as fault:
        raise Unreadable(str(fault)) from None
