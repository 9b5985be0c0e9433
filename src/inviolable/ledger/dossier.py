"""A dossier: everything recorded of one incident, in a form that a stranger checks (docs/record.md).

It is written from what is recorded: no exhibit is read again, and sealed ones are linked where store and dossier share
a disk. People stay redacted: of sealed fields only those that somebody opened and chose are handed out.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest, sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.db import transaction

from inviolable.ledger import sequencer, tree
from inviolable.ledger.actions import INSTALLATION, Actor, append, key_path, objects
from inviolable.ledger.canonical import decode
from inviolable.ledger.exhibits import ITEMS, held, object_name
from inviolable.ledger.keys import public_pem, signing_key, sync_folder
from inviolable.ledger.models import Beacon, Checkpoint, Cosignature, Entry, Key, SealedValue, Stamp, Subject
from inviolable.ledger.moments import written
from inviolable.ledger.registry import BadEntry
from inviolable.ledger.stamps import certificates

Progress = Callable[[int, int], None]
_PIECE = 1 << 20


@dataclass(frozen=True)
class Contents:
    """What else goes into a dossier.

    disclosed: the commitment lines to hand out. opened: for each exhibit to hand out in plain, what writes it to a path
    and gives its SHA-256. recordings: for each to hand out in plain, what writes it into a new folder. documents,
    packs: by file name. since: sizes of earlier checkpoints to prove consistency with, beside those that were attested.
    """

    disclosed: Sequence[bytes] = ()
    opened: Mapping[str, Callable[[Path], str]] = field(default_factory=dict)
    recordings: Mapping[str, Callable[[Path], None]] = field(default_factory=dict)
    documents: Mapping[str, bytes] = field(default_factory=dict)
    packs: Mapping[str, bytes] = field(default_factory=dict)
    since: Sequence[int] = ()


@dataclass(frozen=True)
class Counted:
    """What a dossier would hold, said before anything is written."""

    entries: int
    exhibits: int
    people: int
    sealed_fields: int


def count(stream: str) -> Counted:
    """How much there is of one incident."""
    entries = Entry.objects.filter(stream=stream)
    return Counted(
        entries=entries.count(),
        exhibits=entries.filter(kind__in=ITEMS).count(),
        people=Subject.objects.filter(stream=stream, about="person", erased=None).count(),
        sealed_fields=SealedValue.objects.filter(entry__stream=stream).count(),
    )


def record_export(stream: str, contents: Contents, *, to: str, reason: str, actor: Actor, now: datetime) -> None:
    """Record what is about to be handed out, and to whom, so that the dossier itself says so; then sign the tree."""
    counted = count(stream)
    body = {
        "entries": counted.entries,
        "exhibits": counted.exhibits,
        "opened": len(contents.opened) + len(contents.recordings),
        "disclosed": len(contents.disclosed),
        "people": len({decode(line)["subject"] for line in contents.disclosed}),
        "size": sequencer.tree_size(),
    }
    with transaction.atomic():
        if contents.disclosed:
            commitments = [sha256(line).hexdigest() for line in contents.disclosed]
            said = {"commitments": commitments, "to": to, "reason": reason}
            append(stream, "field.disclosed", said, actor=actor, now=now)
        append(stream, "dossier.exported", body | {"to": to, "reason": reason}, actor=actor, now=now)
    sequencer.checkpoint(now)


def write_dossier(
    stream: str, reference: str, to: Path, contents: Contents, *, now: datetime, progress: Progress | None = None
) -> None:
    """Write the dossier to a folder that is not there yet, whole or not at all.

    Call after `record_export` and, where there are authorities, after the newest checkpoint was stamped. Raises
    BadEntry where the folder exists, OSError where it cannot be written.
    """
    if to.exists():
        raise BadEntry(f"{to}: is there already; a dossier never overwrites anything. Name another folder.")
    partial = to.with_name(f".{to.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(mode=0o700, parents=True)
        _Writer(stream, reference, partial, contents, now, progress or _silent).write()
        partial.rename(to)
        sync_folder(to.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _silent(_done: int, _all: int) -> None:
    """Nobody watches."""


class _Line(NamedTuple):
    """An entry with its place in the tree. key: whose signature it is."""

    place: int
    line: bytes
    key: str
    signature: bytes
    entry: Mapping[str, Any]


class _Writer:
    """Writes one dossier, and remembers the hash of every file for the manifests."""

    def __init__(
        self, stream: str, reference: str, folder: Path, contents: Contents, now: datetime, progress: Progress
    ) -> None:
        self.stream, self.reference, self.folder = stream, reference, folder
        self.contents, self.now, self.progress = contents, now, progress
        self.payload: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.octets = 0
        self.made: set[Path] = set()
        self.head = _newest()
        self.read = sequencer.reader()
        self.lines = self._lines()

    def write(self) -> None:
        """Everything, the signature over the tag manifest last."""
        self._entries()
        self._beacons()
        self._exhibits()
        self._given("data/documents", self.contents.documents)
        self._given("data/packs", self.contents.packs)
        self._checkpoints()
        self._keys()
        self._readers()
        self._bag()

    # ---- pieces ------------------------------------------------------------------------------

    def _lines(self) -> list[_Line]:
        """The incident up to the export that this dossier is: what came after it while it is written stays out."""
        exported = Entry.objects.filter(stream=self.stream, kind="dossier.exported", place__index__lt=self.head.size)
        last = exported.order_by("-seq").values_list("seq", flat=True).first()
        if last is None:
            raise BadEntry(f"{self.reference}: its export is not recorded and signed; record_export comes first.")
        own = Entry.objects.filter(stream=self.stream, seq__lte=last)
        keys = Entry.objects.filter(stream=INSTALLATION, kind__startswith="key.", place__index__lt=self.head.size)
        return [
            _Line(place, bytes(line), key, bytes(signature), json.loads(bytes(line)))
            for rows in (own, keys)
            for place, line, key, signature in rows.order_by("seq").values_list(
                "place__index", "line", "key", "signature"
            )
        ]

    def _entries(self) -> None:
        self._payload("entries.jsonl", b"".join(line.line + b"\n" for line in self.lines))
        signatures = (f"{line.key} {_base64(line.signature)}\n" for line in self.lines)
        self._tag("entries.sig", "".join(signatures).encode())
        places = [line.place for line in self.lines]
        proofs = tree.inclusions(self.read, places, self.head.size)
        rows = (
            " ".join([str(place), *(one.hex() for one in proof)]) + "\n"
            for place, proof in zip(places, proofs, strict=True)
        )
        self._tag("proofs", "".join(rows).encode())

    def _beacons(self) -> None:
        named = {line.entry["beacon"] for line in self.lines if "beacon" in line.entry}
        found = Beacon.objects.filter(sha256__in=named) if len(named) < 500 else Beacon.objects.all()
        self.beacons = [beacon for beacon in found.order_by("id") if beacon.sha256 in named]
        self._payload("beacons.jsonl", b"".join(bytes(one.line) + b"\n" for one in self.beacons))
        signatures = (f"{one.key} {_base64(one.signature)}\n" for one in self.beacons)
        self._payload("beacons.sig", "".join(signatures).encode())

    def _exhibits(self) -> None:
        """Sealed, as they lie in the store, and those handed out in plain."""
        items, store = list(held(line.entry for line in self.lines)), objects()
        for done, item in enumerate(items):
            self.progress(done, len(items))
            name = f"data/exhibits/{item.id}.age"
            target, source = self._place(name), store.path(object_name(item.id))
            _link(source, target) if source else _copy(store.read(object_name(item.id)), target)
            self.payload[name] = item.body["sealed_sha256"]
            self.octets += item.body["sealed_bytes"]
        self.progress(len(items), len(items))
        for exhibit, open_to in self.contents.opened.items():
            target = self._place(f"data/opened/{exhibit}")
            self.payload[f"data/opened/{exhibit}"] = open_to(target)
            self.octets += target.stat().st_size
        for recording, write_to in self.contents.recordings.items():
            folder = self._place(f"data/recordings/{recording}")
            write_to(folder)
            for path in sorted(one for one in folder.rglob("*") if one.is_file()):
                with path.open("rb") as file:
                    self.payload[path.relative_to(self.folder).as_posix()] = file_digest(file, "sha256").hexdigest()
                self.octets += path.stat().st_size
        self._payload("disclosed.jsonl", b"".join(line + b"\n" for line in self.contents.disclosed))

    def _given(self, folder: str, given: Mapping[str, bytes]) -> None:
        for name, data in given.items():
            self._payload(f"{folder}/{name}".removeprefix("data/"), data)

    def _checkpoints(self) -> None:
        """The head, and every earlier checkpoint that bounds an entry in time."""
        self._tag("checkpoint", self.head.cosigned.encode())
        tokens = {beacon.token for beacon in self.beacons if beacon.token}
        named = list(Stamp.objects.filter(sha256__in=tokens).order_by("id"))
        sizes = {self.head.size, *self.contents.since, *(stamp.checkpoint_id for stamp in named)}
        sizes |= _bounding([line.place for line in self.lines], self.head.size)
        authorities: dict[str, None] = {}
        for checkpoint in Checkpoint.objects.filter(size__in=sizes).order_by("size"):
            name = f"checkpoints/{checkpoint.size}"
            self._tag(name, checkpoint.cosigned.encode())
            same = checkpoint.size == self.head.size
            proof = [] if same else tree.consistency(self.read, checkpoint.size, self.head.size)
            self._tag(f"{name}.proof", "".join(f"{one.hex()}\n" for one in proof).encode())
            for number, stamp in enumerate(_stamps(checkpoint, tokens), 1):
                response = bytes(stamp.response)
                self._tag(f"{name}.{number}.tsr", response)
                authorities |= dict.fromkeys(one.decode() for one in certificates(response))
        for number, pem in enumerate(authorities, 1):
            self._tag(f"authorities/{number}.pem", pem.encode())

    def _keys(self) -> None:
        needed = Key.objects.order_by("since", "id")
        for pair in {key.key: bytes(key.public) for key in needed}.items():
            self._tag(f"keys/{pair[0]}.pem", public_pem(pair[1]))
        rows = (
            f"{key.key} {key.role} {written(key.since)} {written(key.revoked) if key.revoked else '-'}\n"
            for key in needed
        )
        self._tag("keys/log", "".join(rows).encode())

    def _readers(self) -> None:
        """What a stranger needs to check it: two verifiers and how to use them."""
        shipped = files("inviolable.ledger")
        self._tag("verify.py", (shipped / "verifier.py").read_bytes())
        self._tag("verify.sh", (shipped / "verify.sh").read_bytes())
        (self.folder / "verify.sh").chmod(0o755)
        for name in ("README.txt", "LEAME.txt"):
            text = (shipped / "readers" / name).read_text("utf-8")
            self._tag(
                name, text.replace("{reference}", self.reference).replace("{day}", written(self.now)[:10]).encode()
            )

    def _bag(self) -> None:
        """RFC 8493: the two declarations, the two manifests, and our signature over the second."""
        self._tag("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        about = {
            "Bagging-Date": written(self.now)[:10],
            "External-Identifier": self.reference,
            "Payload-Oxum": f"{self.octets}.{len(self.payload)}",
        }
        self._tag("bag-info.txt", "".join(f"{name}: {value}\n" for name, value in about.items()).encode())
        self._tag("manifest-sha256.txt", _manifest(self.payload))
        tags = _manifest(self.tags)
        self._file("tagmanifest-sha256.txt", tags)
        self._file("tagmanifest-sha256.txt.sig", signing_key(key_path()).sign(tags))

    # ---- files -------------------------------------------------------------------------------

    def _payload(self, name: str, data: bytes) -> None:
        self._file(f"data/{name}", data)
        self.payload[f"data/{name}"] = sha256(data).hexdigest()
        self.octets += len(data)

    def _tag(self, name: str, data: bytes) -> None:
        self._file(name, data)
        self.tags[name] = sha256(data).hexdigest()

    def _file(self, name: str, data: bytes) -> None:
        self._place(name).write_bytes(data)

    def _place(self, name: str) -> Path:
        path = self.folder / name
        if path.parent not in self.made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.made.add(path.parent)
        return path


def _newest() -> Checkpoint:
    newest = sequencer.newest()
    if newest is None:
        raise BadEntry("nothing has been recorded yet; there is nothing to export.")
    return newest


def _bounding(indices: Sequence[int], size: int) -> set[int]:
    """For each entry the first checkpoint over it that was stamped or cosigned."""
    attested = sorted(
        {*Stamp.objects.values_list("checkpoint_id", flat=True)}
        | {*Cosignature.objects.values_list("checkpoint_id", flat=True)}
    )
    found, waiting = set(), sorted(indices)
    for one in attested:
        covered = [index for index in waiting if index < one <= size]
        if covered:
            found.add(one)
            waiting = waiting[len(covered) :]
    return found


def _stamps(checkpoint: Checkpoint, tokens: set[str]) -> list[Stamp]:
    """The first stamp of each authority, and those that a beacon names."""
    first: dict[str, int] = {}
    stamps = list(Stamp.objects.filter(checkpoint=checkpoint).order_by("id"))
    for stamp in stamps:
        first.setdefault(stamp.authority, stamp.id)
    return [stamp for stamp in stamps if stamp.id == first[stamp.authority] or stamp.sha256 in tokens]


def _manifest(hashes: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items())).encode()


def _base64(data: bytes | memoryview) -> str:
    return base64.b64encode(bytes(data)).decode()


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # Another disk.
        shutil.copyfile(source, target)


def _copy(source: BinaryIO, target: Path) -> None:
    with source, target.open("wb") as file:
        shutil.copyfileobj(source, file, _PIECE)
