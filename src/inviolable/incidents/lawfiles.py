"""The law files that findings were made with: kept beside the exhibits, so that an upgrade takes none away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from django.conf import settings

from inviolable.ledger.actions import objects
from inviolable.ledger.registry import BadEntry


def keep(digests: Iterable[str]) -> None:
    """Keep the law files with these SHA-256, as they are today."""
    store, at_hand = objects(), dict[str, bytes]()
    for digest in digests:
        if store.exists(_name(digest)):
            continue
        at_hand = at_hand or {sha256(data).hexdigest(): data for data in _law_files()}
        with store.write(_name(digest)) as file:
            file.write(at_hand[digest])


def kept(digest: str) -> bytes:
    """The law file with this SHA-256. Raises BadEntry where it was never kept."""
    if not objects().exists(_name(digest)):
        raise BadEntry(f"law file {digest}: was not kept when the finding was made.")
    with objects().read(_name(digest)) as file:
        return file.read()


def _name(digest: str) -> str:
    return f"packs/{digest}.md"


def _law_files() -> Iterator[bytes]:
    shipped = (files("inviolable.law") / "packs").iterdir()
    for path in (*shipped, *(Path(settings.HOME) / "packs").glob("*.md")):
        if path.name.endswith(".md"):
            yield path.read_bytes()
