"""What sources speak of: the keys of claims, how each is read and which of its values can stand together.

Declared in facts.toml beside this file; what the law itself asks is declared with it (`inviolable.law.vocabulary`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from inviolable.law.files import decode, parse_toml
from inviolable.law.vocabulary import vocabulary

HERE = files("inviolable.sources")

TYPES = ("date", "weekday", "time", "count", "enum", "words", "name", "text")


@cache
def read_toml(name: str) -> Mapping[str, Any]:
    """A data file of this room, by its name. Read once: nobody may change what it gives."""
    return parse_toml(decode(HERE.joinpath(name).read_bytes(), name), name)


def fold(text: str) -> str:
    """Small letters without accents, one space between words: what patterns are looked for in."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", bare).casefold().split())


@dataclass(frozen=True)
class Key:
    """One thing sources speak of. values: (normal value, pattern), the first that is found counts.

    conditional: what is said is a condition, so that a denial in it undoes no value. finer: (a, b), who says a says b
    as well. conflict, variant: pairs, in either order.
    """

    id: str
    type: str
    several: bool
    conditional: bool = False
    values: tuple[tuple[str, re.Pattern[str]], ...] = ()
    finer: frozenset[tuple[str, str]] = frozenset()
    conflict: frozenset[frozenset[str]] = frozenset()
    variant: frozenset[frozenset[str]] = frozenset()

    @property
    def free(self) -> bool:
        """Different values stand side by side without disagreeing, as what was said by many; counts are compared."""
        return self.several and self.type != "count"


@dataclass(frozen=True)
class Words:
    """How times, days, numbers and denials are said, in every language there are words for."""

    about: re.Pattern[str]
    least: re.Pattern[str]
    plural: re.Pattern[str]
    one: re.Pattern[str]
    only: re.Pattern[str]
    denial: re.Pattern[str]
    nobody: re.Pattern[str]
    clause: re.Pattern[str]
    numbers: Mapping[str, int]
    weekdays: Mapping[str, re.Pattern[str]]
    months: Mapping[int, str]
    dayparts: tuple[tuple[str, re.Pattern[str]], ...]
    zones: tuple[tuple[re.Pattern[str], int], ...]


def pattern(alternatives: list[str] | str) -> re.Pattern[str]:
    """Alternatives as one pattern over folded text."""
    return re.compile(alternatives if isinstance(alternatives, str) else "|".join(f"(?:{a})" for a in alternatives))


@cache
def keys() -> Mapping[str, Key]:
    """Every key that facts.toml declares."""
    return {
        name: Key(
            id=name,
            type=row["type"],
            several=row["holds"] == "several",
            conditional=row.get("conditional", False),
            values=tuple((value, pattern(said)) for value, said in row.get("values", {}).items()),
            finer=_steps((a, b) for a, b in row.get("finer", ())),
            conflict=frozenset(frozenset(pair) for pair in row.get("conflict", ())),
            variant=frozenset(frozenset(pair) for pair in row.get("variant", ())),
        )
        for name, row in read_toml("facts.toml")["facts"].items()
    }


def _steps(finer: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Every (a, b) such that who says a says b as well, through any number of steps."""
    found = set(finer)
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return frozenset(found)


def key_of(fact: str) -> Key:
    """The key, or one that keeps whatever is said as text: an unknown key is kept and never compared."""
    return keys().get(fact) or _law_keys().get(fact) or Key(id=fact, type="text", several=True)


@cache
def _law_keys() -> Mapping[str, Key]:
    """What the law asks: one of its answers is so, and no two of them together."""
    return {
        name: Key(name, "enum", several=False, values=tuple((one, re.compile(rf"\A{one}\Z")) for one in fact.values))
        for name, fact in vocabulary().facts.items()
    }


#: The words of facts.toml that are one pattern each.
PATTERNS = ("about", "least", "plural", "one", "only", "denial", "nobody", "clause")


@cache
def words() -> Words:
    """The words of facts.toml."""
    table = read_toml("facts.toml")["words"]
    return Words(
        **{name: pattern(table[name]) for name in PATTERNS},
        numbers=table["numbers"],
        weekdays={day: pattern(said) for day, said in table["weekdays"].items()},
        months={int(month): said for month, said in table["months"].items()},
        dayparts=tuple((span, pattern(said)) for span, said in table["dayparts"].items()),
        zones=tuple((pattern(said), minutes) for said, minutes in table["zones"].items()),
    )
