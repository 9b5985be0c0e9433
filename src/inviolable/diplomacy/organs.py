"""The organs that send notes: who approves, how their numbers look, what they and whom they write to are called.

Shipped in organs.toml; `notes/organs.toml` in INVIOLABLE_HOME changes any of it, for a class of organ or for one post.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from inviolable.diplomacy.words.naming import after, state_words
from inviolable.diplomacy.words.wording import wording_of
from inviolable.law.faults import Fault, Faulty, nearest
from inviolable.law.files import decode, parse_toml, read_toml_file
from inviolable.posts.roles import MAY, Role
from inviolable.posts.terms import MINISTRY

OWN = Path("notes", "organs.toml")
#: Classes of organ; a consular post of any class is the last.
CLASSES = (MINISTRY, "embassy", "consulate")
KEYS = ("steps", "number", "sender", "addressee", "record", "answers")
#: Whose address of record there may be one of for a whole State; local authorities are many.
OF_A_STATE = ("ministry_to_embassy", "embassy_to_ministry")
LANGUAGES = ("es", "en")


@dataclass(frozen=True)
class Organ:
    """One of them. steps: roles; number: with {place} and {year}; sender, addressee: by language, with
    {of_sending} and {of_receiving} for the names of the States. record: addresses of record of others, by State
    (ISO 3166-1 alpha-2) or by the name of the office; answers: its own, for what comes back. named: whether this home
    says what it is called in full."""

    name: str
    steps: tuple[str, ...]
    number: str
    sender: Mapping[str, str]
    addressee: Mapping[str, str]
    record: Mapping[str, str]
    answers: str
    named: bool = False

    def numbered(self, place: int, year: int, *, example: bool) -> str:
        """A number as it is written. An example's series is another one, and is seen to be."""
        return ("EX-" if example else "") + self.number.format(place=place, year=year)

    def address_for(self, names: Iterable[str], channel: str, receiving: str) -> str:
        """Where a note to an office goes by e-mail of record, "" where nobody said. names: what it is called."""
        by_name = next((self.record[one] for one in names if one in self.record), "")
        return by_name or (self.record.get(receiving, "") if channel in OF_A_STATE else "")

    def steps_after(self, role: str, *, others: bool) -> tuple[str, ...]:
        """Who is to approve what somebody with that role wrote. others: whether other people have it, who take its
        step; where nobody does, the chain is without one step of theirs, and never nobody's."""
        left = list(self.steps)
        if role in left and not others:
            left.remove(role)
        return tuple(left) or self.steps


def class_of(organ: str, post_class: str = "") -> str:
    """Of CLASSES. post_class: of the post that the organ is, "" where it is none."""
    known = post_class or organ
    return known if known in CLASSES else CLASSES[-1]


def organ_named(home: Path, organ: str, kind: str) -> Organ:
    """The organ of that name. kind: its class. Raises Faulty for what the home's file gets wrong."""
    own = read_toml_file(home / OWN, "file of organs")
    here = {**_checked(own, kind, home), **_checked(own, organ, home)}
    told = {**_shipped()[kind], **here}
    rest = told.get("record", {}), told.get("answers", ""), "sender" in here
    return Organ(organ, tuple(told["steps"]), told["number"], told["sender"], told["addressee"], *rest)


def organs_called(home: Path | None, sending: str, receiving: str) -> list[dict[str, str]]:
    """What every organ of two States is called in each language, senders and addressees of all classes and posts.
    Raises Faulty for what the home's file gets wrong."""
    tables = list(_shipped().values())
    if home:
        own = read_toml_file(home / OWN, "file of organs")
        tables += [_checked(own, name, home) for name in own]
    words = {one: wording_of(home, one) for one in LANGUAGES}
    filled = {
        one: {
            f"of_{name}": after(table["grammar"]["of"], state_words(code, one, table), table)
            for name, code in (("sending", sending), ("receiving", receiving))
        }
        for one, table in words.items()
    }
    said = (table[name] for table in tables for name in ("sender", "addressee") if name in table)
    return [{one: text.format(**filled[one]) for one, text in row.items()} for row in said if any(row.values())]


@cache
def _shipped() -> Mapping[str, Any]:
    return parse_toml(decode(files(__package__).joinpath("organs.toml").read_bytes(), "organs.toml"), "organs.toml")


def _checked(own: Mapping[str, Any], name: str, home: Path) -> Mapping[str, Any]:
    found, file = own.get(name, {}), str(home / OWN)
    if not isinstance(found, dict):
        raise Faulty([Fault(file, 0, f"{name} is no table", f"write [{name}]")])
    for key, value in found.items():
        if key not in KEYS:
            raise Faulty([Fault(file, 0, f"[{name}] {key} is not known", nearest(key, KEYS))])
        if not _RIGHT[key](value):
            raise Faulty([Fault(file, 0, f"[{name}] {key} is {value!r}", _EXPECTED[key])])
    return found


def _steps(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(one in MAY["approve", "note"] for one in value)


def _number(value: Any) -> bool:
    return _fillable(value) and "{place" in value and "\n" not in value


def _fillable(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(value.format(place=1, year=1, of_sending="", of_receiving="") or True)
    except (LookupError, ValueError, AttributeError):
        return False


def _words(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == set(LANGUAGES) and all(map(_fillable, value.values()))


def _address(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[^@\s]+@[^@\s]+", value) is not None


def _addresses(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_address, value.values()))


_RIGHT = {"steps": _steps, "number": _number, "sender": _words, "addressee": _words} | {
    "record": _addresses,
    "answers": _address,
}
_ROLES = ", ".join(sorted(role for role in Role.values if role in MAY["approve", "note"]))
_EXPECTED = {
    "steps": f"a list of one or more of {_ROLES}",
    "number": "text with {place}, and with {year} if you like, such as N-{place}/{year}",
    "sender": 'text in every language: { es = "…", en = "…" }',
    "addressee": 'text in every language: { es = "…", en = "…" }',
    "record": 'addresses by State or by the name of the office: { US = "notes@embassy.example" }',
    "answers": "an address, such as notes@ministry.example",
}
