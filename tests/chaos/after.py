"""What must hold of a home whenever it is opened again, whatever ended the process before. Nothing here repairs."""

import re
from itertools import pairwise
from pathlib import Path

from django.conf import settings

from inviolable.ledger import subjects, tree
from inviolable.ledger.actions import key_path, objects, subject_keys
from inviolable.ledger.audit import audit_exhibits, audit_signatures, audit_structure
from inviolable.ledger.canonical import decode
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.keys import signing_key
from inviolable.ledger.models import Checkpoint, Entry
from inviolable.ledger.seal import check_identity, open_stream
from inviolable.ledger.sequencer import newest, reader
from inviolable.ledger.store import WRITING

ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
#: Every file that a home may have. What ends in `.new` was being written when a process died: nobody reads it.
FILES = re.compile(
    r"inviolable\.sqlite3(-wal|-shm)?|secret_key"
    r"|keys/log(-[0-9a-f]{16})?\.pem|keys/log\.pem\.next|keys/log\.pem(\.next)?\.[0-9a-f]+\.new"
    rf"|keys/subjects/{ID}\.age|objects/[0-9a-f]{{2}}/{ID}\.age"
)


def look(stream: str, history: list[str], identities: list[str]) -> list[int]:
    """The numbers that are recorded. Raises where anything does not hold, given what earlier lives said."""
    said = [line.split() for line in history]
    store, keys = objects(), subject_keys()  # Opening a folder takes away what a dead process was writing.
    _check_files(Path(settings.HOME))
    found = _check_entries(stream, said)
    audit_structure()
    audit_signatures()
    audit_exhibits()
    signing_key(key_path())
    opened = {
        name: _opened(store, keys, name, [check_identity(identity) for identity in identities]) for name in store.list()
    }
    for exhibit, sha256 in (rest for what, *rest in said if what == "exhibit"):
        assert opened[object_name(exhibit)] == sha256, f"exhibit {exhibit} is another one"
    for size, root in (rest for what, *rest in said if what == "checkpoint"):
        assert bytes(Checkpoint.objects.get(size=int(size)).root).hex() == root, f"checkpoint {size} is another one"
    return found


def number_of(line: str) -> int:
    """The number of a deed, where a life told it."""
    match line.replace(":", "").split():
        case ["entry", number, _] | ["failed", _, number, *_]:
            return int(number)
    return 0


def check_consistent(history: list[str]) -> None:
    """Every checkpoint that was acknowledged is the beginning of the newest tree, as its own proof says."""
    head = newest()
    assert head is not None
    for size, root in (line.split()[1:] for line in history if line.startswith("checkpoint")):
        proof = tree.consistency(reader(), int(size), head.size)
        tree.verify_consistency(int(size), bytes.fromhex(root), head.size, bytes(head.root), proof)


def _check_entries(stream: str, said: list[list[str]]) -> list[int]:
    """Each acknowledged one is there as it was, once and in order; of others, what was cut off or refused at most."""
    rows = [(row, decode(bytes(row.line))) for row in Entry.objects.filter(stream=stream).order_by("seq")]
    assert [entry["seq"] for _, entry in rows] == list(range(len(rows)))
    assert all(entry["prev"] == bytes(before.leaf).hex() for (before, _), (_, entry) in pairwise(rows))
    leaves = {
        int(entry["body"]["hold"]): bytes(row.leaf).hex() for row, entry in rows if entry["kind"] == "hold.placed"
    }
    numbers = [int(entry["body"]["hold"]) for _, entry in rows if entry["kind"] == "hold.placed"]
    assert all(one < other for one, other in pairwise(numbers)), "an entry is there twice, or out of order"
    acknowledged = {int(number): leaf for what, number, leaf in filter(_is_entry, said)}
    assert acknowledged.items() <= leaves.items(), "an acknowledged entry is not there, or another one"
    doubtful = sum(what in ("failed", "died") for what, *_ in said)
    assert len(leaves) - len(acknowledged) <= doubtful, "entries are there that nobody made"
    return numbers


def _is_entry(words: list[str]) -> bool:
    return words[0] == "entry"


def _opened(store, keys, name, identities) -> str:
    """The hash of a visible object in plain: it is whole, and each recipient alone opens it."""
    item = name.rpartition("/")[2].removesuffix(".age")
    one, other = (subjects.identity_of(keys, item, [identity]) for identity in identities)
    assert str(one) == str(other)
    with store.read(name) as source, Path("/dev/null").open("wb") as sink:
        return open_stream(source, sink, [one]).sha256


def _check_files(home: Path) -> None:
    files = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
    assert not [path for path in files if path.parent.name == WRITING], "something half-written was not taken away"
    assert not [path for path in files if not FILES.fullmatch(str(path))], "files that do not belong there"
