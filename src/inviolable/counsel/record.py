"""What the legal adviser has decided, as files in INVIOLABLE_HOME until the ledger takes them over.

positions.toml    express-refusal = "binds"           one line per position taken; absent: unset
positions.jsonl   {"position", "option", "role", "at"}  one line per choice, only ever added; "" unsets
sign-offs.jsonl   {"pack", "hash", "role", "date"}    one line per sign-off, only ever added; "provisions",
                  {pinpoint or rule id: SHA-256}, says of which, "by" whose it is (reviewing.py): a line counts only
                  where an entry of the record says the same (signed.py), so not where there is no database, nor an
                  older line that names nobody
packs/*.md        the ministry's own law files, such as a confidential bilateral convention
texts/*.toml      certified official texts: "VCCR 31(2)" = "…", shown beside our own words
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from django.apps import apps

from inviolable.law.faults import Fault, Faulty, nearest, shown
from inviolable.law.files import read_bytes, read_toml_file
from inviolable.law.law import put_together, read_packs, shipped_packs
from inviolable.law.lawfile import NAME, Pack
from inviolable.law.regime import nearest_state, state_codes
from inviolable.law.review import SignOff
from inviolable.law.vocabulary import vocabulary

REVIEWER = "legal"
MAX_RECORD = 100_000_000
REPAIR = "free some space or make it writable, then do it again"


class Changed(Faulty):
    """What was read is not what stands there now."""


@dataclass(frozen=True, eq=False)
class Decided:
    """Everything in a home that an answer depends on besides the case. Two are equal where their marks are."""

    positions: Mapping[str, str]
    signed: tuple[SignOff, ...]
    own: tuple[Pack, ...]

    @cached_property
    def mark(self) -> str:
        """Equal where all of it is."""
        return repr((sorted(self.positions.items()), self.signed, [(pack.id, pack.hash) for pack in self.own]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decided) and self.mark == other.mark

    def __hash__(self) -> int:
        return hash(self.mark)


def decided(home: Path) -> Decided:
    """Read it all. Raises Faulty on the first file that holds a fault."""
    return Decided(positions(home), tuple(sign_offs(home)), tuple(own_packs(home)))


def positions(home: Path) -> dict[str, str]:
    """The positions taken. Raises Faulty on an unknown position or option."""
    path = home / "positions.toml"
    taken = read_toml_file(path)
    known = vocabulary().positions
    faults = [
        Fault(str(path), 0, f"unknown position {shown(name)}", nearest(name, known))
        if name not in known
        else Fault(str(path), 0, f"{name} cannot be {shown(option)}", nearest(shown(option), known[name].options))
        for name, option in taken.items()
        if name not in known or option not in known[name].options
    ]
    if faults:
        raise Faulty(faults)
    return {name: str(option) for name, option in taken.items()}


def sign_offs(home: Path) -> list[SignOff]:
    """Every sign-off, oldest first. One of an older hash stays here and counts no more.

    A line that is none, or beside which there is no entry, counts as not reviewed; see `bad_sign_offs`."""
    return [sign for _number, sign in _checked(home) if isinstance(sign, SignOff)]


def bad_sign_offs(home: Path) -> list[Fault]:
    """The lines of sign-offs.jsonl that count as not reviewed, for whoever signs next."""
    way_out = "it counts as not reviewed; restore the line from a backup or sign again"
    return [
        Fault(str(home / "sign-offs.jsonl"), number, why, way_out)
        for number, why in _checked(home)
        if isinstance(why, str)
    ]


def names_signers(home: Path) -> bool:
    """Whether some line says whose it is, so that the record is asked."""
    return any(sign and sign.by for _number, sign in _sign_off_lines(home))


def _checked(home: Path) -> Iterator[tuple[int, SignOff | str]]:
    """Each line as what counts, with who gave it, or why it does not."""
    lines = list(_sign_off_lines(home))
    recorded = _recorded() if any(sign and sign.by for _number, sign in lines) else {}
    for number, sign in lines:
        if sign is None:
            yield number, "is no sign-off"
        elif not sign.by:
            yield number, "names nobody, and no entry of the record says who signed"
        elif (same := replace(sign, provisions=tuple(sorted(sign.provisions)), via="")) in recorded:
            yield number, replace(sign, via=recorded[same])
        else:
            yield number, f"says that {shown(sign.by)} signed, and no entry of the record says the same"


def _recorded() -> Mapping[SignOff, str]:
    """What the record says was signed; nothing where no database is at hand."""
    if not apps.ready:
        return {}
    from inviolable.counsel.signed import recorded  # Tables cannot be named before Django is ready.

    return recorded()


def _sign_off_lines(home: Path) -> Iterator[tuple[int, SignOff | None]]:
    """Each complete line; what stands after the last line end was never written to its end."""
    path = home / "sign-offs.jsonl"
    try:
        lines = read_bytes(path, str(path), "record", MAX_RECORD).split(b"\n")[:-1]
    except FileNotFoundError:
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _sign_off(line)


def _sign_off(line: bytes) -> SignOff | None:
    try:
        found = json.loads(line)
        provisions = found.pop("provisions", {})
        if not all(isinstance(value, str) for value in (*found.values(), *provisions.values())):
            return None
        sign = SignOff(**found, provisions=tuple(provisions.items()))
        day = date.fromisoformat(sign.date).isoformat()
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    known = NAME.fullmatch(sign.pack) and re.fullmatch("[0-9a-f]{64}", sign.hash)
    return sign if known and sign.role == REVIEWER and sign.date == day else None


def own_packs(home: Path) -> list[Pack]:
    """The ministry's own law files. Raises Faulty with every fault in them, also where one could never apply."""
    folder = home / "packs"
    packs = read_packs(sorted(folder.glob("*.md"))) if folder.is_dir() else []
    faults = [fault for pack in packs for fault in _never_applies(pack)]
    first: dict[str, Pack] = {}
    for pack in packs:
        if first.setdefault(pack.id, pack) is not pack:
            faults.append(
                Fault(pack.file, 1, f"pack {pack.id!r} stands already in {first[pack.id].file}", "rename one")
            )
    if faults:
        raise Faulty(faults)
    return packs


def all_packs(home: Path, among: Collection[str] = ()) -> dict[str, Pack]:
    """Shipped packs and the ministry's own, by id. among: those that are in force together, with what each sets over
    the rules of the others. Raises Faulty."""
    packs = {**shipped_packs(), **{pack.id: pack for pack in own_packs(home)}}
    together = put_together([packs[one] for one in among if one in packs], vocabulary()).packs
    return packs | {pack.id: pack for pack in together}


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
    faults: list[Fault] = []
    for path in sorted((home / "texts").glob("*.toml")):
        for pinpoint, text in read_toml_file(path).items():
            if isinstance(text, str):
                found[pinpoint] = text
            else:
                faults.append(Fault(str(path), 0, f"{shown(pinpoint)} is {shown(text)}", "write the text in quotes"))
    if faults:
        raise Faulty(faults)
    return found


def to_sign(
    home: Path, pack_id: str, names: Iterable[str] = (), among: Collection[str] = ()
) -> tuple[Pack, dict[str, str]]:
    """A pack as it stands, and what is named of it with its SHA-256, provisions by pinpoint and rules by id; where
    nothing is named, every provision.

    names: a mapping holds the SHA-256 of each as it was shown; among: the law files in force together where it is
    read. Raises Changed where something is not what was shown, Faulty on an unknown pack, provision or rule.
    """
    packs = all_packs(home, among)
    if unknown := [one for one in (pack_id, *among) if one not in packs]:
        raise Faulty([Fault("law sign", 0, f"unknown pack {one!r}", nearest(one, packs)) for one in unknown])
    pack = packs[pack_id]
    shown_as = dict(names) if isinstance(names, Mapping) else {}
    if other := [name for name, digest in shown_as.items() if pack.signable.get(name) != digest]:
        raise Changed([Fault("law sign", 0, f"{name} is not what was read", "read it again") for name in other])
    read = dict.fromkeys(names) or pack.digests
    if unknown := [one for one in read if one not in pack.signable]:
        what = "unknown provision or rule"
        raise Faulty([Fault("law sign", 0, f"{what} {one!r}", nearest(one, pack.signable)) for one in unknown])
    return pack, {name: pack.signable[name] for name in read}


def sign(
    home: Path,
    pack_id: str,
    role: str,
    on: date,
    names: Iterable[str] = (),
    *,
    by: str,
    first: Callable[[SignOff], object],
    among: Collection[str] = (),
) -> SignOff:
    """Record that a role has reviewed what it names of a pack as it stands (`to_sign`).

    by: whose signature it is; first: makes its entry, before the line and without which it counts nowhere. Raises
    Changed, and Faulty also on another role.
    """
    if role != REVIEWER:
        raise Faulty([Fault("law sign", 0, f"role {role!r} cannot sign the law off", f"only the role {REVIEWER} can")])
    pack, digests = to_sign(home, pack_id, names, among)
    signed = SignOff(pack_id, pack.hash, role, on.isoformat(), tuple(digests.items()), by)
    first(signed)
    line = vars(signed) | {"provisions": digests}
    _append(home / "sign-offs.jsonl", {key: value for key, value in line.items() if value})
    return signed


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
    with _locked(home / "positions.lock"):
        taken = {**positions(home), name: option}
        lines = [f'{position} = "{view}"\n' for position, view in sorted(taken.items()) if view]
        fresh = _prepared(home / "positions.toml", "".join(lines))
        try:
            _append(home / "positions.jsonl", {"position": name, "option": option, "role": role, "at": at})
            fresh.replace(home / "positions.toml")
        except OSError as error:
            raise Faulty([_not_written(home / "positions.toml", error)]) from None
        finally:
            fresh.unlink(missing_ok=True)


@contextmanager
def _open_file(path: Path, flags: int) -> Iterator[int]:
    """A regular file that only its owner reads, locked until it is closed. Raises Faulty."""
    try:
        descriptor = os.open(path, flags | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Faulty([_not_written(path, error)]) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Faulty([Fault(str(path), 0, "is no regular file; nothing was recorded", "remove it, then try again")])
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with _open_file(path, os.O_RDWR):
        yield


def _append(path: Path, line: Mapping[str, Any]) -> None:
    """One whole line more, or the file as it was and Faulty."""
    data = (json.dumps(dict(line), sort_keys=True) + "\n").encode()
    with _open_file(path, os.O_RDWR | os.O_APPEND) as descriptor:
        size = os.fstat(descriptor).st_size
        try:
            size = _complete(descriptor, size)
            os.ftruncate(descriptor, size)
            if (written := os.write(descriptor, data)) < len(data):
                raise OSError(0, f"only {written} of {len(data)} bytes were written")
            os.fsync(descriptor)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(descriptor, size)
            raise Faulty([_not_written(path, error)]) from None


def _complete(descriptor: int, size: int) -> int:
    """Up to where the file holds complete lines: a last line without its end was torn while being written."""
    while size:
        start = max(0, size - 65_536)
        end = os.pread(descriptor, size - start, start).rfind(b"\n")
        if end >= 0:
            return start + end + 1
        size = start
    return 0


def _prepared(path: Path, text: str) -> Path:
    """The new content beside the file, on disk: readers see the old file or the new one, never half of either."""
    fresh = path.with_suffix(".new")
    with _open_file(fresh, os.O_WRONLY) as descriptor:
        try:
            os.ftruncate(descriptor, 0)
            data = text.encode()
            if os.write(descriptor, data) < len(data):
                raise OSError(0, "only a part was written")
            os.fsync(descriptor)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            raise Faulty([_not_written(path, error)]) from None
    return fresh


def _not_written(path: Path, error: OSError) -> Fault:
    return Fault(str(path), 0, f"nothing was recorded: {error.strerror or error}", REPAIR)
