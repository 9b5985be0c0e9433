"""The only functions that append to the record. Each joins the caller's transaction or is one; time is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction

from inviolable.ledger import canonical, subjects, tree
from inviolable.ledger.configuration import Configuration, configuration
from inviolable.ledger.keys import SigningKey, key_id, prepare_next, replace_key, signing_key
from inviolable.ledger.models import Cosignature, Entry, Key, Recipient, SealedValue, Stamp, Subject
from inviolable.ledger.moments import Happened, read, written
from inviolable.ledger.registry import KINDS, BadEntry, Recorded, derive
from inviolable.ledger.seal import check_recipient, seal
from inviolable.ledger.store import Store, open_store

INSTALLATION = "installation"
#: Who has something written: a role, and an id that names nobody.
Actor = Mapping[str, str]
SYSTEM = {"role": "system", "id": "system"}

_BEFORE = """
SELECT known.key, beacon.sha256, head.seq, head.leaf FROM (SELECT 1 AS row) AS one
LEFT JOIN ledger_key AS known ON known.key = %s AND known.role = 'log'
LEFT JOIN (SELECT sha256 FROM ledger_beacon WHERE NOT again ORDER BY id DESC LIMIT 1) AS beacon ON 1 = 1
LEFT JOIN (SELECT seq, leaf FROM ledger_entry WHERE stream = %s ORDER BY seq DESC LIMIT 1) AS head ON 1 = 1
"""
_LOCK = "SELECT pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock(hashtextextended(%s, 0))"
_KEY = 0x6B6579  # "key": whoever signs holds it shared, so that a rotation can wait for them.
_INSERT = "INSERT INTO ledger_entry (stream, seq, kind, line, leaf, key, signature) VALUES (%s, %s, %s, %s, %s, %s, %s)"
_NUMBER = (
    "INSERT INTO ledger_waiting (entry_id) SELECT id FROM ledger_entry WHERE stream = %s AND seq >= %s"
    " RETURNING entry_id"
)


def configured() -> Configuration:
    """What this installation has configured for its record."""
    return configuration(Path(settings.HOME))


def key_path() -> Path:
    """The file of the key that signs."""
    return Path(settings.HOME) / "keys" / "log.pem"


def objects() -> Store:
    """Where sealed exhibits lie."""
    return _opened(configured().objects)


def subject_keys() -> Store:
    """Where the sealed private halves of subjects lie: never in the same snapshot as what they open."""
    return _opened(configured().keys)


_opened = lru_cache(maxsize=8)(open_store)  # To open one sweeps it, and it knows which of its folders are on disk.


def append(
    stream: str,
    kind: str,
    body: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
    sealed: Mapping[str, tuple[str, Any]] | None = None,
    device: str = "",
) -> Recorded:
    """Record one entry in the caller's transaction: it is on disk when that transaction is.

    sealed: for each sealed field the id of the subject it is about, and its value, or the Box in which it came.
    happened: default `now`. Raises BadEntry for what the kind does not allow, RuntimeError outside a transaction.
    """
    entry = _entry(stream, kind, body, actor, now, sealed or {})
    lines = {
        name: value if isinstance(value, subjects.Box) else subjects.commit(name, subject, value)
        for name, (subject, value) in (sealed or {}).items()
    }
    if happened:
        entry["happened"] = happened.as_entry()
    if device:
        entry["device"] = device
    if lines:
        entry["sealed"] = {name: commitment for name, (commitment, _) in lines.items()}
    [recorded] = _write([entry])
    derive(recorded)
    for name, (subject, value) in (sealed or {}).items():
        _keep_sealed(recorded, name, subject, *lines[name], boxed=isinstance(value, subjects.Box))
    return recorded


def append_all(stream: str, kind: str, bodies: Iterable[Mapping[str, Any]], *, actor: Actor, now: datetime) -> None:
    """Record several entries of one kind, one after another, as `append` does: a third of its work where many are."""
    entries = [_entry(stream, kind, body, actor, now, {}) for body in bodies]
    for recorded in _write(entries) if entries else ():
        derive(recorded)


def _entry(
    stream: str, kind: str, body: Mapping[str, Any], actor: Actor, now: datetime, sealed: Mapping[str, Any]
) -> dict[str, Any]:
    """What an entry says before it has its place."""
    if not connection.in_atomic_block:
        raise RuntimeError("append() belongs into the transaction of what it records.")
    declared = KINDS.get(kind)
    if declared is None:
        raise BadEntry(f"{kind}: no such kind is declared.")
    declared.check(body, sealed)
    moment = written(now)
    entry = {"actor": dict(actor), "body": dict(body), "happened": {"from": moment, "to": moment}, "kind": kind}
    return {**entry, "recorded": moment, "stream": stream, "v": 1}


def lock_stream(stream: str) -> None:
    """Nobody else appends to this stream before the transaction ends.

    SQLite's transactions hold the only write lock from their beginning; on PostgreSQL each stream has one.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [_KEY, stream])


def _write(entries: Sequence[dict[str, Any]]) -> list[Recorded]:
    """Give the entries of a stream, one or more, their places in it, sign and insert them."""
    stream, rows = entries[0]["stream"], list[tuple[Any, ...]]()
    with connection.cursor() as cursor:
        lock_stream(stream)
        key = signing_key(key_path())
        cursor.execute(_BEFORE, [key.id, stream])
        known, beacon, seq, leaf = cursor.fetchone()
        if known is None and entries[0]["kind"] != "key.enrolled":
            _enrol_ourselves(key, entries[0]["recorded"])
            return _write(entries)
        first = 0 if seq is None else seq + 1
        for place, entry in enumerate(entries, first):
            entry["seq"] = place
            if leaf is not None:
                entry["prev"] = bytes(leaf).hex()
            if beacon:
                entry["beacon"] = beacon
            line = canonical.encode(entry)
            leaf = tree.leaf_hash(line)
            rows.append((stream, place, entry["kind"], line, leaf, key.id, key.sign(line)))
        cursor.executemany(_INSERT, rows)
        cursor.execute(_NUMBER, [stream, first])
        numbers = sorted(number for (number,) in cursor.fetchall())
    told = zip(numbers, entries, rows, strict=True)
    return [Recorded(number, row[4], row[3], entry, row[5], row[6]) for number, entry, row in told]


def _enrol_ourselves(key: SigningKey, moment: str) -> None:
    """The first entry of all says which key signs this record."""
    body = {"key": key.id, "public": key.public.hex(), "role": "log", "name": "installation"}
    entry = {"actor": SYSTEM, "body": body, "happened": {"from": moment, "to": moment}, "kind": "key.enrolled"}
    [recorded] = _write([{**entry, "recorded": moment, "stream": INSTALLATION, "v": 1}])
    derive(recorded)


def _keep_sealed(recorded: Recorded, name: str, subject: str, commitment: str, line: bytes, *, boxed: bool) -> None:
    about = Subject.objects.filter(id=subject).first()
    if about is None:
        raise BadEntry(f"{name}: there is no subject {subject}; make one before sealing to it.")
    if about.erased:
        raise BadEntry(f"{name}: subject {subject} was erased; nothing more can be sealed to it.")
    if boxed and SealedValue.objects.filter(commitment=commitment).exists():
        raise BadEntry(f"{name}: its commitment is in the record already; commit to it with another salt.")
    box = line if boxed else seal(line, [about.recipient])
    SealedValue.objects.create(commitment=commitment, entry_id=recorded.number, field=name, subject=subject, box=box)


def recipients() -> list[str]:
    """Everybody at headquarters to whom things are sealed now."""
    return list(Recipient.objects.filter(retired=None).order_by("since", "name").values_list("recipient", flat=True))


def prepare_subject(name: str, about: str, now: datetime) -> dict[str, str]:
    """A new key pair for a person, an exhibit or a recording, its private half sealed to every recipient.

    Gives what the entry says that makes it known: its recipient, and until when it is kept where that is limited.
    Raises TooFewRecipients where headquarters has fewer than two.
    """
    said = {"recipient": subjects.new_subject(subject_keys(), name, recipients())}
    if days := configured().retention.get(about):
        said["keep_until"] = written(max(now, told_outside()) + timedelta(days=days))
    return said


def told_outside() -> datetime:
    """The latest moment that a clock outside has told: it is over, whatever ours says."""
    stamped = Stamp.objects.order_by("-id").values_list("earliest", flat=True).first()
    cosigned = Cosignature.objects.order_by("-id").values_list("time", flat=True).first()
    return max([moment for moment in (stamped, cosigned) if moment], default=datetime.min.replace(tzinfo=UTC))


@transaction.atomic
def make_person(stream: str, *, actor: Actor, now: datetime) -> str:
    """A new subject for somebody of whom things will be recorded; its id."""
    name = str(uuid4())
    body = {"subject": name, "about": "person"} | prepare_subject(name, "person", now)
    append(stream, "subject.made", body, actor=actor, now=now)
    return name


@transaction.atomic
def add_recipient(recipient: str, name: str, *, actor: Actor, now: datetime) -> None:
    """Seal to this age recipient from now on. Raises BadRecipient, or BadEntry where it is known already."""
    check_recipient(recipient)
    if Recipient.objects.filter(recipient=recipient).exists():
        raise BadEntry(f"{recipient}: is a recipient already.")
    append(INSTALLATION, "recipient.added", {"recipient": recipient, "name": name}, actor=actor, now=now)


@transaction.atomic
def retire_recipient(recipient: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Seal to this recipient no more. What was sealed stays readable to it until subjects are resealed."""
    if not Recipient.objects.filter(recipient=recipient, retired=None).exists():
        raise BadEntry(f"{recipient}: is no recipient; `inviolable keys list` shows those there are.")
    if Recipient.objects.filter(retired=None).count() <= 2:
        raise BadEntry("at least two recipients must remain; add another one first.")
    append(INSTALLATION, "recipient.retired", {"recipient": recipient, "reason": reason}, actor=actor, now=now)


@transaction.atomic
def enrol_key(public: bytes, role: str, name: str, *, actor: Actor, now: datetime) -> str:
    """Make the public key of a device, witness or beacon known; its id."""
    body = {"key": key_id(public), "public": public.hex(), "role": role, "name": name}
    if Key.objects.filter(key=body["key"], role=role).exists():
        raise BadEntry(f"key {body['key']}: is enrolled as {role} already.")
    append(INSTALLATION, "key.enrolled", body, actor=actor, now=now)
    return body["key"]


def enrol_once(public: bytes, role: str, name: str, *, now: datetime) -> None:
    """The same for a key that the configuration names, at its first use."""
    if not Key.objects.filter(key=key_id(public), role=role).exists():
        enrol_key(public, role, name, actor=SYSTEM, now=now)


@transaction.atomic
def revoke_key(key: str, since: datetime, reason: str, *, actor: Actor, now: datetime) -> None:
    """From `since` on nothing signed by this key counts; what it signed before stays valid."""
    found = Key.objects.filter(key=key).first()
    if found is None or found.revoked:
        raise BadEntry(f"key {key}: is {'revoked already' if found else 'not known'}.")
    if key == signing_key(key_path()).id:
        raise BadEntry(f"key {key}: signs this record; rotate it first (inviolable keys rotate).")
    append(INSTALLATION, "key.revoked", {"key": key, "from": written(since), "reason": reason}, actor=actor, now=now)


def rotate_key(reason: str, *, actor: Actor, now: datetime) -> str:
    """Sign with a new key from now on; its id. The old key signs the entry that names the new one.

    The file changes only once the entry is on disk: a crash between the two leaves the old key in use, and valid. The
    next rotation ends what a crash left unfinished.
    """
    path = key_path()
    old, new = signing_key(path), prepare_next(path)
    with transaction.atomic():
        if not Key.objects.filter(key=new.id).exists():
            enrol_key(new.public, "log", "installation", actor=actor, now=now)
    replace_key(path, path.with_name(f"log-{old.id}.pem"))
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_KEY])  # Whoever signs with the old one ends first.
        for before in Key.objects.filter(role="log", revoked=None).exclude(key=new.id).values_list("key", flat=True):
            revoke_key(before, _end(before, now), reason, actor=actor, now=now)
    return new.id


def _end(key: str, now: datetime) -> datetime:
    """When a key that is replaced ended: now, or the latest moment it signed where another clock was ahead of ours."""
    lines = Entry.objects.filter(key=key).values_list("line", flat=True).iterator()
    signed = (bytes(line).rpartition(b'"recorded":"')[2][:24].decode() for line in lines)
    return read(max([written(now), *signed]))
