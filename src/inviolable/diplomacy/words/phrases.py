"""Words that texts of ours are checked for, as data: phrases/en.toml and es.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from inviolable.law.files import decode, parse_toml

_LATIN = [chr(one) for one in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if chr(one).isalpha()]
#: Letters of names beside those from A to Z, as `ã`, `ç` and `Ł`.
CAPITALS, SMALL = ("".join(one for one in _LATIN if one.isupper()), "".join(one for one in _LATIN if one.islower()))

#: In other languages the words of English are looked for.
LANGUAGES = ("es", "en")


@cache
def pattern(language: str, name: str) -> re.Pattern[str]:
    """What is looked for by that name; see the data file for over what."""
    said = table(language if language in LANGUAGES else "en")[name]
    return re.compile(said.replace("A-ZÁÉÍÓÚÑ", f"A-Z{CAPITALS}").replace("a-záéíóúñü", f"a-z{SMALL}"))


@cache
def own_voice(language: str, state: str) -> re.Pattern[str]:
    """Our own organs that say something, over small letters without accents; as is state, what we are called."""
    said = table(language if language in LANGUAGES else "en")["own_voice"]
    return re.compile(said.replace("{state}", re.escape(state or "our state")))


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
