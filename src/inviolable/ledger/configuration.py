"""What an installation may configure for its record, in INVIOLABLE_HOME/ledger.toml. Nobody else is ever called.

[[authority]]                      # RFC 3161 time-stamp authorities; two make `doctor` content
name = "one"
url = "https://…"                  # or openssl:DIR for one that runs on this machine
roots = "one.pem"                  # beside this file
[[witness]]                        # logs that cosign our checkpoints (C2SP tlog-witness)
url = "https://…"
key = "name+hash+base64"
[[watched]]                        # logs whose checkpoints we cosign
key = "name+hash+base64"
[headquarters]                     # whose beacons our entries name
url = "https://…"
key = "name+hash+base64"
[stores]                           # a folder or s3://bucket/prefix?endpoint=…
objects = "objects"
keys = "keys/subjects"
[backup]
replica = "file:///mnt/other/replica"   # where Litestream copies SQLite's database to; or s3://bucket/prefix?endpoint=…
[retention]                        # days from sealing until what was sealed is erased, by what it is about
person = 3650
exhibit = 3650
recording = 365
[timing]
checkpoint_seconds = 5
stamp_seconds = 3600               # until a checkpoint after which nothing was recorded is stamped again
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

ALLOWED = {
    "authority": {"name", "url", "roots"},
    "witness": {"url", "key"},
    "watched": {"key"},
    "headquarters": {"url", "key"},
    "stores": {"objects", "keys"},
    "backup": {"replica"},
    "retention": {"person", "exhibit", "recording"},
    "timing": {"checkpoint_seconds", "stamp_seconds"},
}
#: The largest number that any of them may be: a century in days.
MOST = 36_525
LISTS = ("authority", "witness", "watched")


class BadConfiguration(ValueError):
    """ledger.toml cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Configuration:
    """ledger.toml, or what holds without it. roots: PEM. retention: days."""

    home: Path
    authorities: tuple[tuple[str, str, bytes], ...] = ()
    witnesses: tuple[tuple[str, str], ...] = ()
    watched: tuple[str, ...] = ()
    headquarters: tuple[str, str] | None = None
    objects: str = ""
    keys: str = ""
    replica: str = ""
    retention: Mapping[str, int] = field(default_factory=dict)
    checkpoint_seconds: int = 5
    stamp_seconds: int = 3600


def configuration(home: Path) -> Configuration:
    """What `home` configures. Raises BadConfiguration."""
    path = home / "ledger.toml"
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        changed = 0
    return _read(home, changed)


@lru_cache(maxsize=8)
def _read(home: Path, changed: int) -> Configuration:
    path = home / "ledger.toml"
    objects, keys = str(home / "objects"), str(home / "keys" / "subjects")
    if not changed:
        return Configuration(home, objects=objects, keys=keys)
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise BadConfiguration(f"{path}: cannot be read: {fault}") from None
    _known(path, found)
    if "retention" in found and not (found.get("authority") or found.get("witness")):
        raise BadConfiguration(f"{path}: [retention] needs a clock outside: name an [[authority]] or a [[witness]]")
    stores, timing = found.get("stores", {}), found.get("timing", {})
    headquarters = found.get("headquarters")
    if any(not one["key"].isascii() for one in found.get("witness", [])):
        raise BadConfiguration(f"{path}: [[witness]] key holds more than ASCII; a witness has a plain name")
    return Configuration(
        home,
        authorities=tuple(
            (one["name"], _local(home, one["url"]), (home / one["roots"]).read_bytes())
            for one in found.get("authority", [])
        ),
        witnesses=tuple((one["url"], one["key"]) for one in found.get("witness", [])),
        watched=tuple(one["key"] for one in found.get("watched", [])),
        headquarters=(headquarters["url"], headquarters["key"]) if headquarters else None,
        objects=_placed(home, stores.get("objects", objects)),
        keys=_placed(home, stores.get("keys", keys)),
        replica=found.get("backup", {}).get("replica", ""),
        retention=found.get("retention", {}),
        checkpoint_seconds=timing.get("checkpoint_seconds", 5),
        stamp_seconds=timing.get("stamp_seconds", 3600),
    )


def _known(path: Path, found: dict[str, Any]) -> None:
    for name, value in found.items():
        if name not in ALLOWED:
            raise BadConfiguration(f"{path}: unknown table [{name}]; allowed: {', '.join(ALLOWED)}")
        for table in value if isinstance(value, list) else [value]:
            if not isinstance(table, dict) or isinstance(value, list) != (name in LISTS):
                raise BadConfiguration(f"{path}: write {f'[[{name}]]' if name in LISTS else f'[{name}]'}")
            for key, one in table.items():
                if key not in ALLOWED[name]:
                    raise BadConfiguration(f"{path}: [{name}] has no {key}; allowed: {', '.join(ALLOWED[name])}")
                wanted = int if name in ("timing", "retention") else str
                if type(one) is not wanted or one == "" or (isinstance(one, int) and not 0 < one <= MOST):
                    said = f"a whole number from 1 to {MOST}" if wanted is int else "a text in quotes"
                    raise BadConfiguration(f"{path}: [{name}] {key} is {one!r}; expected {said}")
            needed = ALLOWED[name] if name in (*LISTS, "headquarters") else set()
            for key in sorted(needed - table.keys()):
                raise BadConfiguration(f"{path}: [{name}] has no {key}")


def _placed(home: Path, address: str) -> str:
    return address if address.startswith("s3://") else str(home / address)


def _local(home: Path, url: str) -> str:
    return f"openssl:{home / url.removeprefix('openssl:')}" if url.startswith("openssl:") else url
