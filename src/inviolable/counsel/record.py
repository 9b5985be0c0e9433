"""What the legal adviser has decided, as files in INVIOLABLE_HOME until the ledger takes them over.

positions.toml    express-refusal = "binds"           one line per position taken; absent: unset
positions.jsonl   {"position", "option", "role", "at"}  one line per choice, only ever added; "" unsets
sign-offs.jsonl   {"pack", "hash", "role", "date"}    one line per sign-off, only ever added
packs/*.md        the ministry's own law files, such as a confidential bilateral convention
texts/*.toml      certified official texts: "VCCR 31(2)" = "…", shown beside our own words
"""

from __future__ import annotations

import fcntl
import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from inviolable.law.assess import SignOff
from inviolable.law.faults import Fault, Faulty, nearest
from inviolable.law.law import read_packs, shipped_packs
from inviolable.law.lawfile import Pack
from inviolable.law.regime import nearest_state, state_codes
from inviolable.law.vocabulary import vocabulary

REVIEWER = "legal"


@dataclass(frozen=True)
class Decided:
    """Everything in a home that an answer depends on besides the case."""

    positions: Mapping[str, str]
    signed: tuple[SignOff, ...]
    own: tuple[Pack, ...]


def decided(home: Path) -> Decided:
    """Read it all. Raises Faulty on the first file that holds a fault."""
    return Decided(positions(home), tuple(sign_offs(home)), tuple(own_packs(home)))


def positions(home: Path) -> dict[str, str]:
    """The positions taken. Raises Faulty on an unknown position or option."""
    path = home / "positions.toml"
    taken = _toml(path)
    known = vocabulary().positions
    faults = [
        Fault(str(path), 0, f"unknown position {name!r}", nearest(name, known))
        if name not in known
        else Fault(str(path), 0, f"{name} cannot be {option!r}", nearest(str(option), known[name].options))
        for name, option in taken.items()
        if name not in known or option not in known[name].options
    ]
    if faults:
        raise Faulty(faults)
    return {name: str(option) for name, option in taken.items()}


def sign_offs(home: Path) -> list[SignOff]:
    """Every sign-off, oldest first. One of an older hash stays here and counts no more."""
    path = home / "sign-offs.jsonl"
    if not path.is_file():
        return []
    try:
        return [SignOff(**json.loads(line)) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (ValueError, TypeError) as error:
        raise Faulty(
            [Fault(str(path), 0, f"not a list of sign-offs: {error}", "restore the file from a backup")]
        ) from None


def own_packs(home: Path) -> list[Pack]:
    """The ministry's own law files. Raises Faulty with every fault in them, also where one could never apply."""
    folder = home / "packs"
    packs = read_packs(sorted(folder.glob("*.md"))) if folder.is_dir() else []
    faults = [fault for pack in packs for fault in _never_applies(pack)]
    if faults:
        raise Faulty(faults)
    return packs


def _never_applies(pack: Pack) -> Iterator[Fault]:
    if pack.id in shipped_packs():
        yield Fault(pack.file, 1, f"pack {pack.id!r} is shipped already", "choose another name")
    if pack.kind not in ("bilateral", "declaration") or pack.extends not in shipped_packs():
        yield Fault(pack.file, 1, "it changes no shipped base", 'write kind = "bilateral" and extends = "vccr"')
    for code in sorted(pack.parties - state_codes()):
        yield Fault(pack.file, 1, f"unknown State {code!r} among the parties", nearest_state(code))
    if len(pack.parties) != 2:
        yield Fault(pack.file, 1, f"it names {len(pack.parties)} parties", 'write parties = ["EC", "US"]')
    try:
        date.fromisoformat(pack.in_force)
    except ValueError:
        yield Fault(pack.file, 1, f"in_force is {pack.in_force!r}", "write in_force = 2027-01-01")


def official_texts(home: Path) -> dict[str, str]:
    """Certified texts by pinpoint, from every file in texts/."""
    found: dict[str, str] = {}
    for path in sorted((home / "texts").glob("*.toml")):
        found.update({str(pinpoint): str(text) for pinpoint, text in _toml(path).items()})
    return found


def sign(home: Path, pack_id: str, role: str, on: date) -> SignOff:
    """Record that a role has reviewed a pack as it stands. Raises Faulty on an unknown pack or another role."""
    packs = {**shipped_packs(), **{pack.id: pack for pack in own_packs(home)}}
    if pack_id not in packs:
        raise Faulty([Fault("law sign", 0, f"unknown pack {pack_id!r}", nearest(pack_id, packs))])
    if role != REVIEWER:
        raise Faulty([Fault("law sign", 0, f"role {role!r} cannot sign the law off", f"only the role {REVIEWER} can")])
    sign_off = SignOff(pack_id, packs[pack_id].hash, role, on.isoformat())
    _append(home / "sign-offs.jsonl", vars(sign_off))
    return sign_off


def take_position(home: Path, name: str, option: str, role: str, now: datetime) -> None:
    """Choose a view on a disputed point, or with an empty `option` unset it.

    The line in positions.jsonl comes first: a choice without a trace must not exist. Raises Faulty on an unknown
    position or option, or another role.
    """
    known = vocabulary().positions
    if name not in known:
        raise Faulty([Fault("law position", 0, f"unknown position {name!r}", nearest(name, known))])
    if option and option not in known[name].options:
        raise Faulty([Fault("law position", 0, f"{name} cannot be {option!r}", nearest(option, known[name].options))])
    if role != REVIEWER:
        raise Faulty(
            [Fault("law position", 0, f"role {role!r} cannot take a position", f"only the role {REVIEWER} can")]
        )
    at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with (home / "positions.lock").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        taken = {**positions(home), name: option}
        _append(home / "positions.jsonl", {"position": name, "option": option, "role": role, "at": at})
        lines = [f'{position} = "{view}"\n' for position, view in sorted(taken.items()) if view]
        _replace(home / "positions.toml", "".join(lines))


def _append(path: Path, line: Mapping[str, str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(json.dumps(dict(line), sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, text: str) -> None:
    """Readers see the old file or the new one, never half of either."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _toml(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Faulty([Fault(str(path), 0, f"not TOML: {error}")]) from None
