"""Words that texts of ours are checked for, as data: phrases/en.toml and es.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from inviolable.law.files import decode, parse_toml

#: In other languages the words of English are looked for.
LANGUAGES = ("es", "en")


@cache
def pattern(language: str, name: str) -> re.Pattern[str]:
    """What is looked for by that name; see the data file for over what."""
    return re.compile(table(language if language in LANGUAGES else "en")[name])


@cache
def acts(language: str) -> tuple[tuple[re.Pattern[str], Mapping[str, Sequence[str]]], ...]:
    """What accuses somebody of an act, over small letters without accents, and which values of facts bear it out."""
    said = table(language if language in LANGUAGES else "en")["acts"]
    return tuple((re.compile(said[name]), facts) for name, facts in table("acts").items())


@cache
def table(name: str) -> Mapping[str, Any]:
    """A data file of phrases/, whole."""
    name = f"{name}.toml"
    return parse_toml(decode(files(__package__).joinpath("phrases", name).read_bytes(), name), name)
