"""The providers of a channel, as INVIOLABLE_HOME/outbox.toml names them: one, or several that stand in for each other.

Each is tried in turn until one takes the message; secrets lie in files of their own beside outbox.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from inviolable.law.faults import Faulty
from inviolable.law.files import read_toml_file
from inviolable.ledger.asking import Answer, NoAnswer, exchange
from inviolable.outbox.channels.terms import Fault, Refusal, Trouble, Unclear

HERE = ("localhost", "127.0.0.1", "::1")
#: Characters of a secret, at least: an empty one would let anybody sign.
LEAST = 8
#: For how long whoever is asked to take a message may think.
SECONDS = 10
Provider = Mapping[str, Any]


def providers(home: Path, channel: str, needed: Collection[str], allowed: Collection[str]) -> list[Provider]:
    """Those of a channel, in order. Raises Trouble for what cannot be configured so."""
    path = home / "outbox.toml"
    try:
        found = _tables(path, _changed(path)).get(channel, [])
    except Faulty as fault:
        raise Trouble("configuration", str(fault)) from None
    tables = [found] if isinstance(found, dict) else found
    if not isinstance(tables, list) or any(not isinstance(told, dict) for told in tables):
        raise Trouble("configuration", f"{path}: {channel} is no table; write [{channel}]")
    if not tables:
        raise Trouble("configuration", f"{path}: [{channel}] needs {' and '.join(needed)} before anything can be sent")
    for told in tables:
        known = {*needed, *allowed}
        if unknown := sorted(told.keys() - known):
            raise Trouble(
                "configuration", f"{path}: [{channel}] has no {unknown[0]}; allowed: {', '.join(sorted(known))}"
            )
        if missing := [name for name in needed if not told.get(name)]:
            wanted = f"[{channel}] needs {' and '.join(needed)}; {missing[0]} is missing"
            raise Trouble("configuration", f"{path}: {wanted}")
    return list(tables)


@lru_cache(maxsize=8)
def _tables(path: Path, _changed: tuple[int, ...]) -> Mapping[str, Any]:
    """Read once as long as it stays the same: with each of a thousand messages it would take longer than to send it."""
    return read_toml_file(path)


@lru_cache(maxsize=8)
def _secret(path: Path, _changed: tuple[int, ...]) -> str:
    return path.read_text("utf-8").strip()


def _changed(path: Path) -> tuple[int, ...]:
    with suppress(OSError):
        found = path.stat()
        return found.st_mtime_ns, found.st_ino, found.st_size
    return ()


def first_that_takes(tables: Collection[Provider], hand: Callable[[Provider], str], *, once: bool = False) -> str:
    """The reference of the first that takes it. Raises Trouble where any may take it later, else Refusal.

    once: nobody else is asked where one may have it.
    """
    faults: list[Fault] = []
    for told in tables:
        try:
            return hand(told)
        except Fault as fault:
            faults.append(fault)
            if once and isinstance(fault, Unclear):
                raise
    raise next((fault for fault in faults if isinstance(fault, Trouble)), faults[-1])


def must_be_here(where: str, what: str, example: bool) -> bool:
    """Whether a host is this machine; an example sends nowhere else. Raises Refusal."""
    here = (urlsplit(where).hostname if "://" in where else where) in HERE
    if example and not here:
        raise Refusal("example", f"{what}: an example sends to this machine only, not to {where}")
    return here


def secret_of(home: Path, told: Provider) -> str:
    """What the provider and we know. Raises Trouble where its file cannot be read."""
    path = home / str(told["secret"])
    try:
        secret = _secret(path, _changed(path))
    except (OSError, ValueError) as fault:
        raise Trouble("configuration", f"{path}: {getattr(fault, 'strerror', fault)}") from None
    if len(secret) < LEAST:
        raise Trouble("configuration", f"{path}: holds {len(secret)} characters; a secret has at least {LEAST}")
    return secret


def post(who: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Hand a message over by HTTP; nobody is followed elsewhere. Raises Refusal where it will never go like this, else
    Trouble. who: as they are called in what is said then."""
    try:
        answer = exchange(url, body, headers, SECONDS)
    except NoAnswer as fault:
        raise Trouble("unreachable", f"{who}: {fault.args[0]}") from None
    if answer.status >= 300:
        excerpt = " ".join(answer.body[:200].decode("utf-8", "replace").split())
        kind = Refusal if answer.status in (400, 404, 410, 422) else Trouble
        raise kind(str(answer.status), f"{who}: HTTP {answer.status} {excerpt}")
    return answer
