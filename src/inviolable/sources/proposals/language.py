"""The words of one language, as patterns: everything that proposals know of it lies in one file under words/."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from inviolable.law.files import decode, parse_toml

WORDS = files("inviolable.sources.proposals") / "words"
PIECE = re.compile(r"\{([a-z]\w*)\}")


@cache
def languages() -> tuple[str, ...]:
    """The languages there are words for, as ISO 639-1 codes."""
    return tuple(sorted(one.name.removesuffix(".toml") for one in WORDS.iterdir() if one.name.endswith(".toml")))


@cache
def language_of(code: str) -> Language | None:
    """The language of a code such as `es` or `es-EC`; None where there are no words for it."""
    base = code.lower().replace("_", "-").partition("-")[0]
    if base not in languages():
        return None
    name = f"{base}.toml"
    return Language(base, parse_toml(decode((WORDS / name).read_bytes(), name), name))


def choice(alternatives: Iterable[str]) -> str:
    """Any of these, the longest first."""
    return "|".join(sorted(map(re.escape, alternatives), key=len, reverse=True))


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


class Language:
    """One file of words. Patterns are found in any case and at the edges of words."""

    def __init__(self, code: str, tables: Mapping[str, Any]) -> None:
        self.code = code
        self.tables = tables
        self.months: Mapping[str, int] = tables["months"]
        self.weekdays: Mapping[str, int] = tables["weekdays"]
        self.numbers: Mapping[str, int] = tables["numbers"]
        self._sources: dict[str, str] = {}
        self._parts: dict[str, str] = {
            **tables["parts"],
            **{name: said for name, said in tables["speakers"].items() if isinstance(said, str)},
            **{name: tables["counts"][name] for name in ("about", "least", "more", "anaphor")},
            "heads": "{staff_head}|{actor_head}|{other_head}",
            "wire": tables["lineage"]["wire"],
            "weekday": f"(?P<weekday>{choice(self.weekdays)})",
            "weekdays": choice(self.weekdays),
            "month_names": choice(self.months),
            "month": f"(?P<month>{choice(self.months)})",
            "day": r"(?P<day>\d{1,2})",
            "year": r"(?P<year>\d{4})",
            "hour": choice(word for word in self.numbers),
        }

    def source(self, said: str) -> str:
        """A pattern with every {piece} put in."""
        if said not in self._sources:
            self._sources[said] = PIECE.sub(lambda found: f"(?:{self.source(self._parts[found[1]])})", said)
        return self._sources[said]

    def pattern(self, *said: str) -> re.Pattern[str]:
        """These alternatives as one pattern at the edges of words."""
        return _compiled(rf"(?<!\w)(?:{'|'.join(map(self.source, said))})(?!\w)")

    def before(self, *said: str) -> re.Pattern[str]:
        """These alternatives, as what a stretch of text ends with."""
        return _compiled(rf"(?<!\w)(?:{'|'.join(map(self.source, said))}) ?$")

    def number(self, said: str) -> int | None:
        """A number in figures or words."""
        return int(said) if said.isdecimal() else self.numbers.get(said.lower())

    @cached_property
    def event(self) -> re.Pattern[str]:
        """What tells of the event itself."""
        return self.pattern(self.tables["when"]["event"])

    @cached_property
    def report(self) -> re.Pattern[str]:
        """What tells of its being told or protested against."""
        return self.pattern(self.tables["when"]["report"], "{said}", "{asks}")

    @cached_property
    def clause(self) -> re.Pattern[str]:
        """What opens another clause, such as `after`."""
        return self.pattern(self.tables["when"]["clause"])

    @cached_property
    def complement(self) -> re.Pattern[str]:
        """What opens that which is said: `that`."""
        return self.pattern("{that}")

    @cached_property
    def credit(self) -> re.Pattern[str]:
        """What credits an agency with a text, on a line or in a sentence."""
        return re.compile(rf"(?:{self.source(self.tables['lineage']['credit'])})(?!\w)", re.IGNORECASE | re.MULTILINE)

    @cached_property
    def moods(self) -> Mapping[str, re.Pattern[str]]:
        """What makes a sentence an allegation or a mere hypothesis."""
        return {name: self.pattern(said) for name, said in self.tables["modality"].items()}

    @cached_property
    def threats(self) -> re.Pattern[str]:
        """What makes somebody's words a threat."""
        return self.pattern(self.tables["threats"]["words"])
