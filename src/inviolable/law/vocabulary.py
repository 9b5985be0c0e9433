"""The words rules are written in: facts, modules, positions, and their order.

Everything here is finite and declared in TOML beside this file, so that a rule can name
nothing else and every question about a rule has an exact answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from .files import decode, parse_toml

LAW = files("inviolable.law")

#: Evidence tags, strongest first (docs/sources.md). A disputed point is a position, not a tag.
TAGS = ("V", "V~", "A", "M")


def weakest(*tags: str) -> str:
    """The weakest of the given evidence tags; `V` when there is none to weaken it."""
    return max(tags, key=TAGS.index, default="V")


@dataclass(frozen=True)
class Fact:
    """One typed statement about an event.

    values: the closed list of answers. cost: what asking costs, in seconds of attention.
    door: the answers an untrained person at a door can give. profile: known of the post
    before anybody knocks. decides: "never" for facts accepted and shown but read by no rule.
    """

    id: str
    values: tuple[str, ...]
    cost: int
    door: tuple[str, ...]
    profile: bool
    decides: str


@dataclass(frozen=True)
class Module:
    """One decision: the results its rules may conclude, and whether it is a finding.

    instrument: the base pack that must define it ("" for a stage that every base pack defines).
    bounded: its cone is too large to prove; its set may be wider than the truth, never narrower.
    """

    id: str
    results: tuple[str, ...]
    role: str
    instrument: str
    bounded: bool


@dataclass(frozen=True)
class Position:
    """A disputed point of law and the views one can take; their authorities are in texts/."""

    id: str
    options: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Impossible:
    """A combination of facts that no event can have."""

    when: tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True)
class Vocabulary:
    """All words there are: facts, modules, positions, and what cannot be."""

    facts: Mapping[str, Fact]
    modules: Mapping[str, Module]
    positions: Mapping[str, Position]
    impossible: tuple[Impossible, ...]


def read_toml(name: str) -> dict[str, Any]:
    """A TOML file of the law, by its path below the law's folder."""
    return parse_toml(decode(LAW.joinpath(name).read_bytes(), name), name)


@cache
def vocabulary() -> Vocabulary:
    """The shipped vocabulary (facts.toml, modules.toml, positions.toml)."""
    facts_file = read_toml("facts.toml")
    facts = {
        name: Fact(
            id=name,
            values=tuple(row["values"]),
            cost=row.get("cost", 0),
            door=tuple(row.get("door", ())),
            profile=row.get("profile", False),
            decides=row.get("decides", ""),
        )
        for name, row in facts_file["facts"].items()
    }
    modules = {
        name: Module(
            id=name,
            results=tuple(row["results"]),
            role=row["role"],
            instrument=row.get("instrument", ""),
            bounded=row.get("bounded", False),
        )
        for name, row in read_toml("modules.toml").items()
    }
    positions = {
        name: Position(
            id=name,
            options=tuple(row["options"]),
            source=row["source"],
        )
        for name, row in read_toml("positions.toml").items()
    }
    impossible = tuple(
        Impossible(tuple((fact, frozenset(values)) for fact, values in row["when"].items()))
        for row in facts_file.get("impossible", ())
    )
    return Vocabulary(facts, modules, positions, impossible)
