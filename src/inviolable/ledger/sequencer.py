"""Gives entries their place in the tree, in the order in which they were committed, and signs checkpoints over it."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection, transaction

from inviolable.ledger import note, tree
from inviolable.ledger.actions import INSTALLATION, key_path
from inviolable.ledger.keys import signing_key
from inviolable.ledger.models import Checkpoint, Entry, Key, Tile

#: Leaves that one transaction places; the next round goes on where it stopped.
BATCH = 10_000
_LOCK = 0x696E76696F6C  # "inviol": one sequencer at a time, however many processes there are.

_WAITING = (
    "SELECT w.entry_id, e.leaf FROM ledger_waiting w JOIN ledger_entry e ON e.id = w.entry_id"
    " ORDER BY w.entry_id LIMIT %s"
)


def origin() -> str:
    """The name of this log: `inviolable/` and the id of its first key. Raises LookupError before the first entry."""
    first = Entry.objects.filter(stream=INSTALLATION, seq=0).first()
    if first is None:
        raise LookupError("nothing has been recorded yet, so this log has no name.")
    return f"inviolable/{first.key}"


def verifiers() -> list[note.Verifier]:
    """Everybody who may have signed this log's checkpoints: each key it ever had, under its name."""
    keys = Key.objects.filter(role="log").values_list("public", flat=True)
    name = origin() if keys else ""
    return [note.Verifier(name, Ed25519PublicKey.from_public_bytes(bytes(key))) for key in keys]


def tree_size() -> int:
    """How many entries have their place in the tree."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT COALESCE(MAX("index"), -1) + 1 FROM ledger_place')
        return int(cursor.fetchone()[0])


def load_tile(level: int, number: int) -> bytes:
    """The hashes of one tile, empty where there is none."""
    found = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
    return bytes(found) if found is not None else b""


def sequence() -> int:
    """Give every waiting entry its place; how many got one.

    Within a stream the order of rows is the order of commits, since each append waits for the one before it.
    """
    placed = 0
    while count := _sequence_batch():
        placed += count
    return placed


@transaction.atomic
def _sequence_batch() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        size = tree_size()
        cursor.execute(_WAITING, [BATCH])
        waiting = [(number, bytes(leaf)) for number, leaf in cursor.fetchall()]
        if not waiting:
            return 0
        places = [(size + place, number) for place, (number, _) in enumerate(waiting)]
        cursor.executemany('INSERT INTO ledger_place ("index", entry_id) VALUES (%s, %s)', places)
        cursor.executemany("DELETE FROM ledger_waiting WHERE entry_id = %s", [[number] for number, _ in waiting])
    for (level, number), hashes in tree.grow(load_tile, size, [leaf for _, leaf in waiting]).items():
        Tile.objects.update_or_create(level=level, number=number, defaults={"hashes": hashes})
    return len(waiting)


def checkpoint(now: datetime) -> Checkpoint | None:
    """Place what waits and sign the head of the tree, or None where nothing was recorded since the last one."""
    sequence()
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        size = tree_size()
        if size == 0 or Checkpoint.objects.filter(size=size).exists():
            return None
        root = tree.root(reader(), size)
        head = note.Checkpoint(origin(), size, root)
        signed = note.sign(head, note.Signer(head.origin, signing_key(key_path()).private))
        return Checkpoint.objects.create(size=size, root=root, note=signed, made=now)


def reader() -> tree.Reader:
    """Reads the hashes of this log's tree."""
    return tree.TileReader(load_tile)


def newest() -> Checkpoint | None:
    """The newest checkpoint."""
    return Checkpoint.objects.order_by("-size").first()
