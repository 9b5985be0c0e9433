"""`inviolable verify` on a living installation: is everything that was ever recorded still there, as it was recorded?

The plan, repeated by number below:
  1  every entry continues its stream: `prev`, `seq` and `stream` say so, and its leaf hash is the one that was kept
  2  the entries in the order of the tree give the root of every checkpoint
  3  every checkpoint is signed by a key of this log
  4  every entry is signed by a key that was in force (apart, since it takes the longest)
  5  every time stamp is over its checkpoint, every cosignature by its witness
  6  every exhibit is in the store with the bytes that were recorded (on demand: it reads all of them)

One pass in the order of the tree, with a memory that grows as the logarithm of the number of entries; where there are
very many, several processes read ahead.
"""

from __future__ import annotations

from binascii import hexlify
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection

from inviolable.ledger import canonical, note, sequencer
from inviolable.ledger.actions import configured, objects
from inviolable.ledger.exhibits import ITEMS, held, object_name
from inviolable.ledger.models import Checkpoint, Cosignature, Entry, Key, Stamp, Waiting
from inviolable.ledger.moments import read
from inviolable.ledger.note import BadNote, Verifier
from inviolable.ledger.pieces import each_piece, rows
from inviolable.ledger.stamps import verify_stamp
from inviolable.ledger.store import StoreError
from inviolable.ledger.tokens import BadStamp
from inviolable.ledger.tree import Frontier, leaf_hash

Progress = Callable[[int], None]


class NotIntact(Exception):
    """The first thing that does not hold: the number of the step, and what."""

    def __init__(self, step: int, what: str) -> None:
        self.step, self.what = step, what
        super().__init__(step, what)

    def __str__(self) -> str:
        return f"{self.step}: {self.what}"


def audit_structure(progress: Progress | None = None) -> tuple[int, int]:
    """Steps 1 to 3: (entries, checkpoints) that hold. Raises NotIntact."""
    heads: dict[str, _Head] = {}
    tree = _Tree()
    for piece in each_piece(_follow, sequencer.tree_size()):
        for index, stream, seq, line in piece.begun:
            if not _continues(heads.get(stream, _BEGIN), stream, seq, line):
                raise NotIntact(1, _misplaced(index, stream, seq))
        if piece.fault:
            raise NotIntact(1, piece.fault)
        heads |= piece.heads
        tree.grow(piece.leaves)
        if progress:
            progress(tree.frontier.size)
    tree.end()
    _check_waiting(heads, tree.frontier.size)
    return tree.frontier.size, tree.checked


#: Where a stream stands: the number of its last entry, and what the next one says of it at its end.
_Head = tuple[int, bytes]
_BEGIN: _Head = (-1, b"")


def _continues(head: _Head, stream: str, seq: int, line: bytes) -> bool:
    """Whether an entry continues its stream from there, by what it says itself.

    Sorted keys put `prev`, `recorded`, `seq`, `stream`, `v` last, so that they are read off there without parsing the
    rest; sealed fields stand among them, and an entry with any is parsed.
    """
    number, prev = head
    if seq != number + 1:
        return False
    tail = b'","seq":%d,"stream":"%b","v":1}' % (seq, stream.encode())
    if line.endswith(tail):
        end = len(line) - len(tail) - len("2026-01-27T17:00:00.000Z")
        if prev:
            return line.endswith(prev, 0, end)
        return line.endswith(b',"recorded":"', 0, end) and b'"prev":' not in line[end - 100 : end]
    entry = canonical.decode(line)
    said = _told(bytes.fromhex(entry["prev"])) if "prev" in entry else b""
    return (entry["stream"], entry["seq"], said) == (stream, seq, prev)


def _told(leaf: bytes) -> bytes:
    """What the entry after this one says of it."""
    return b',"prev":"' + hexlify(leaf) + b'","recorded":"'


class _Piece(NamedTuple):
    """What entries in a row are found to be, as far as it shows without those before them.

    begun: the first of each stream (place, stream, number, line). heads: where each stream stands after them. fault:
    what is wrong with the first that does not hold, if any.
    """

    leaves: list[bytes]
    begun: list[tuple[int, str, int, bytes]]
    heads: dict[str, _Head]
    fault: str = ""


def _follow(start: int, stop: int) -> _Piece:
    """Step 1 for the entries at these places."""
    found = rows('p."index", e.stream, e.seq, e.line, e.leaf', start, stop)
    leaves = [sha256(b"\0" + row[3]).digest() for row in found]  # RFC 6962, in place: a call costs as much.
    begun: list[tuple[int, str, int, bytes]] = []
    heads: dict[str, _Head] = {}
    for place, ((index, stream, seq, line, kept), leaf) in enumerate(zip(found, leaves, strict=True), start):
        if index != place:
            return _Piece(leaves, begun, heads, _missing(place))
        if leaf != kept:
            what = f"entry {index} ({stream}, number {seq}) was altered: its hash is another one"
            return _Piece(leaves, begun, heads, what)
        head = heads.get(stream)
        if head is None:
            begun.append((index, stream, seq, line))
        elif not _continues(head, stream, seq, line):
            return _Piece(leaves, begun, heads, _misplaced(index, stream, seq))
        heads[stream] = seq, _told(leaf)
    return _Piece(leaves, begun, heads, _missing(start + len(found)) if len(found) != stop - start else "")


def _missing(place: int) -> str:
    return f"entry {place} is missing from the tree"


def _misplaced(index: int, stream: str, seq: int) -> str:
    return f"entry {index} does not continue {stream} as its number {seq}"


class _Tree:
    """The tree as it grows, compared with every checkpoint on its way (steps 2 and 3)."""

    def __init__(self) -> None:
        self.frontier, self.checked = Frontier(), 0
        self._verifiers = sequencer.verifiers()
        self._ahead: deque[Checkpoint] = deque()
        self._due = self._next(-1)

    def grow(self, leaves: list[bytes]) -> None:
        """Add leaves, stopping at each size that a checkpoint was signed at."""
        done = 0
        while self._due and self._due.size <= self.frontier.size + len(leaves) - done:
            upto = done + self._due.size - self.frontier.size
            self.frontier.extend(leaves[done:upto])
            _check_head(self._due, self.frontier.root(), self._verifiers)
            self.checked += 1
            done, self._due = upto, self._next(self._due.size)
        self.frontier.extend(leaves[done:])

    def end(self) -> None:
        """No checkpoint may be left over."""
        if self._due:
            raise NotIntact(
                2, f"the checkpoint over {self._due.size} entries has more than there are: {self.frontier.size}"
            )

    def _next(self, size: int) -> Checkpoint | None:
        if not self._ahead:
            self._ahead.extend(Checkpoint.objects.filter(size__gt=size).order_by("size")[:1000])
        return self._ahead.popleft() if self._ahead else None


def audit_signatures(progress: Progress | None = None) -> int:
    """Step 4: how many entries are signed by a key of this log that was in force. Raises NotIntact."""
    count = 0
    for signed in each_piece(_check_signatures, sequencer.tree_size()):
        count += signed
        if progress:
            progress(count)
    return count


def _check_signatures(start: int, stop: int) -> int:
    """Step 4 for the entries at these places: how many."""
    keys = {
        key.key: (Ed25519PublicKey.from_public_bytes(bytes(key.public)), key.revoked)
        for key in Key.objects.filter(role="log")
    }
    found = rows('p."index", e.stream, e.seq, e.line, e.key, e.signature', start, stop)
    for index, stream, seq, line, key, signature in found:
        public, revoked = keys.get(key, (None, None))
        if public is None:
            raise NotIntact(
                4, f"entry {index} ({stream}, number {seq}) is signed by {key}, which is no key of this log"
            )
        try:
            public.verify(signature, line)
        except InvalidSignature:
            raise NotIntact(4, f"the signature of entry {index} ({stream}, number {seq}) does not hold") from None
        if revoked and read(canonical.decode(line)["recorded"]) > revoked:
            raise NotIntact(4, f"entry {index} ({stream}, number {seq}) is signed by {key} after it was revoked")
    return len(found)


def audit_attestations() -> tuple[int, int]:
    """Step 5: (time stamps, cosignatures) that hold. Raises NotIntact."""
    roots = {name: pem for name, _, pem in configured().authorities}
    stamps = cosignatures = 0
    for stamp in Stamp.objects.select_related("checkpoint").order_by("id").iterator():
        if stamp.authority not in roots:
            continue
        data = note.first_five_lines(note.parse_note(stamp.checkpoint.note))
        try:
            verify_stamp(bytes(stamp.response), data, roots[stamp.authority])
        except BadStamp as fault:
            what = f"the stamp of {stamp.authority} over {stamp.checkpoint_id} entries: {fault}"
            raise NotIntact(5, what) from None
        stamps += 1
    witnesses = {key.name: bytes(key.public) for key in Key.objects.filter(role="witness")}
    for one in Cosignature.objects.select_related("checkpoint").order_by("id").iterator():
        key = Ed25519PublicKey.from_public_bytes(witnesses[one.witness])
        try:
            signed = note.parse_note(one.checkpoint.note + one.line)
            note.verify_cosignature(signed, Verifier(one.witness, key, note.COSIGNATURE))
        except BadNote as fault:
            raise NotIntact(5, f"the cosignature of {one.witness} over {one.checkpoint_id} entries: {fault}") from None
        cosignatures += 1
    return stamps, cosignatures


def audit_exhibits(progress: Progress | None = None) -> int:
    """Step 6: how many sealed items have the bytes that were recorded. Raises NotIntact."""
    store, count = objects(), 0
    lines = Entry.objects.filter(kind__in=ITEMS).order_by("id").values_list("line", flat=True).iterator()
    for item in held(canonical.decode(bytes(line)) for line in lines):
        hashed = sha256()
        try:
            with store.read(object_name(item.id)) as source:
                while piece := source.read(1 << 20):
                    hashed.update(piece)
        except StoreError as fault:
            raise NotIntact(6, f"exhibit {item.id}: {fault}") from None
        if hashed.hexdigest() != item.body["sealed_sha256"]:
            raise NotIntact(6, f"exhibit {item.id}: its sealed bytes were altered")
        count += 1
        if progress:
            progress(count)
    return count


def _check_head(checkpoint: Checkpoint, root: bytes, verifiers: list[Verifier]) -> None:
    """Steps 2 and 3 for one checkpoint."""
    try:
        signed = note.parse_note(checkpoint.note)
        said = note.Checkpoint.parse(signed.body)
        note.verify_note(signed, verifiers)
    except BadNote as fault:
        raise NotIntact(3, f"the checkpoint over {checkpoint.size} entries: {fault}") from None
    if (said.size, said.root) != (checkpoint.size, root):
        raise NotIntact(2, f"the entries up to {checkpoint.size} give another root than their checkpoint")


def _check_waiting(heads: dict[str, _Head], placed: int) -> None:
    """Step 1 for entries that have no place yet; and none may have got lost between entries and tree."""
    waiting = Waiting.objects.count()
    if Entry.objects.count() != placed + waiting:
        raise NotIntact(1, f"there are {Entry.objects.count()} entries, but {placed} in the tree and {waiting} waiting")
    for row in Entry.objects.filter(waiting__isnull=False).order_by("id"):
        line, leaf = bytes(row.line), bytes(row.leaf)
        if leaf_hash(line) != leaf or not _continues(heads.get(row.stream, _BEGIN), row.stream, row.seq, line):
            raise NotIntact(1, f"an entry without a place does not continue {row.stream} as its number {row.seq}")
        heads[row.stream] = row.seq, _told(leaf)


def verify_here(home: Path, report: Callable[[str], None], progress: Progress | None = None) -> None:
    """All of it, a line for each step. Raises NotIntact."""
    with _one_moment():
        entries, checkpoints = audit_structure(progress)
        report(f"1-3 {entries} entries in their chains and in the tree; {checkpoints} checkpoints")
        report(f"4   {audit_signatures(progress)} signatures of entries")
        stamps, cosignatures = audit_attestations()
        report(f"5   {stamps} time stamps, {cosignatures} cosignatures")
        report(f"6   {audit_exhibits(progress)} sealed items in {home.name}")


@contextmanager
def _one_moment() -> Iterator[None]:
    """The database as it is when this begins, however much is recorded meanwhile. It keeps nobody from recording."""
    if connection.in_atomic_block:
        yield
        return
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if postgresql else "BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
