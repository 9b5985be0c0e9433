"""`inviolable restore`: an installation made again from a backup, shown to be whole before anybody works with it.

The plan; the first two steps need no database (cli/backup.py):
  1  a snapshot whose files are what they were; its small files laid out in a folder beside the home
  2  its database, or the replica's, put into place and brought up to this version
  3  chains, tree, checkpoints, signatures and attestations hold (audit.py), and the key that signs is still in force
  4  keys of subjects and sealed items from the mirrors, each with the bytes that were recorded
  5  whoever was erased after the snapshot is erased again
  6  the entry that says so; then the folder becomes the home
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from inviolable.ledger import audit, canonical
from inviolable.ledger.actions import INSTALLATION, Actor, append, key_path, objects, subject_keys
from inviolable.ledger.backup import Progress, Unreadable, copy_item, in_order, items, read_key
from inviolable.ledger.keys import signing_key
from inviolable.ledger.models import Entry, Key, Subject
from inviolable.ledger.snapshot import BadBackup, erased_in, keys_of, objects_of
from inviolable.ledger.store import StoreError
from inviolable.ledger.subjects import key_name


@dataclass(frozen=True)
class Restored:
    """What came back: how many entries, when the last one was recorded, how many were erased again, what is missing."""

    entries: int
    until: str
    erased: int
    missing: tuple[str, ...]


def take_up(folder: Path, *, actor: Actor, now: datetime, progress: Progress | None = None) -> Restored:
    """Steps 3 to 6 on the database that is in place. progress: bytes copied, and of how many.

    Raises NotIntact where the record does not hold, BadBackup, StoreError.
    """
    audit.audit_structure()
    audit.audit_signatures()
    audit.audit_attestations()
    _check_signer()
    last = Entry.objects.order_by("-id").first()
    count, until = Entry.objects.count(), canonical.decode(bytes(last.line))["recorded"] if last else "nothing"
    gone = set(erased_in(folder))
    missing = (*_fetch_keys(folder, gone), *_fetch_objects(folder, gone, progress))
    with transaction.atomic():
        erased = sum(_erase_again(subject, actor, now) for subject in sorted(gone))
        append(INSTALLATION, "backup.restored", {"size": count}, actor=actor, now=now)
    return Restored(count, until, erased, missing)


def _check_signer() -> None:
    key = signing_key(key_path()).id
    if not Key.objects.filter(key=key, role="log", revoked=None).exists():
        raise BadBackup(
            f"the key in this backup ({key}) signs no more: it was rotated after the backup; "
            "use a snapshot that was made after that."
        )


def _fetch_keys(folder: Path, gone: set[str]) -> Iterator[str]:
    keys, mirror = subject_keys(), keys_of(folder)
    for subject in in_order(Subject.objects.filter(erased=None)):
        name = key_name(str(subject.id))
        if str(subject.id) in gone or keys.exists(name):
            continue
        try:
            sealed = read_key(mirror, name)
        except (StoreError, OSError) as fault:
            yield f"the key of {subject.about} {subject.id}: {fault}"
            continue
        with keys.write(name) as file:
            file.write(sealed)


def _fetch_objects(folder: Path, gone: set[str], progress: Progress | None) -> Iterator[str]:
    """A store that outlived the home, such as a bucket, has them already."""
    store, mirror = objects(), objects_of(folder)
    total, done = sum(one.bytes for one in items(mirror)), 0
    for item in items(mirror):
        if item.subject not in gone and not store.exists(item.name):
            try:
                copy_item(item, mirror, store)
            except Unreadable as fault:
                yield f"{item.name}: {fault}"
        done += item.bytes
        if progress:
            progress(done, total)


def _erase_again(subject: str, actor: Actor, now: datetime) -> bool:
    """Its key is in no copy any more; a hold that stood when the snapshot was made changes nothing about that."""
    found = Subject.objects.filter(id=subject, erased=None).first()
    if found is None:
        return False
    body = {"subject": subject, "about": found.about, "reason": "it was erased after the backup that was restored"}
    append(found.stream, "subject.erased", body, actor=actor, now=now)
    return True
