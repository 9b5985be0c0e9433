"""What can be seen to be wrong, or to need a second look, by rule and without knowing what happened.

Each check reads records (`check`); those that a single text can fail also read a text (`drafts.check_text`). Nothing
here says that something is false: only that two things cannot both be true, or who does not say what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inviolable.sources.agreement import Statement
from inviolable.sources.naming import as_named, labels
from inviolable.sources.records import Record
from inviolable.sources.scene import Found, Read, Scene, read

from . import what, when


@dataclass(frozen=True, order=True)
class Finding:
    """What one check found, in which records, and in words."""

    check: str
    records: tuple[str, ...]
    says: str


def check(records: Iterable[Record], scene: Scene | None = None, language: str = "en") -> tuple[Finding, ...]:
    """What every check finds in these records, in no matter which order they come."""
    return run(CHECKS, records, scene or Scene(), language)


def run(
    checks: Mapping[str, Callable[[Read], Found]], records: Iterable[Record], scene: Scene, language: str
) -> tuple[Finding, ...]:
    """The findings of some of the checks."""
    looked_at, sentences = read(records, scene), labels(language)["checks"]
    found = set()
    for name, look in checks.items():
        for sentence, filling, about in look(looked_at):
            ids = tuple(sorted({statement.record.id for statement in about}))
            found.add(Finding(name, ids, sentences[sentence].format(**_in_words(filling, language))))
    return tuple(sorted(found))


def _in_words(filling: Mapping[str, Any], language: str) -> dict[str, str]:
    """Keys, days of the week and values that a data file names in the reader's language; all else as it was said."""
    known = labels(language)
    return {
        name: as_named(said.value, said.claim.value, language)
        if isinstance(said, Statement)
        else known["facts" if name == "fact" else "terms"].get(said, said)
        for name, said in filling.items()
    }


#: Every check by the name that a finding bears.
CHECKS: Mapping[str, Callable[[Read], Found]] = {
    "weekday": when.weekday,
    "date": when.everywhere,
    "clock": when.clocks,
    "publication": when.publication,
    "inside": what.inside,
    "place": what.place,
    "treaty": what.treaty,
    "quote": what.quote,
    "demand": what.demand,
    "change": what.change,
    "name": what.name,
}
