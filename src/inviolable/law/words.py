"""The words of the law: what it asks, answers and orders, and the sentence for the officer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from .vocabulary import LAW, read_toml


@cache
def texts(language: str) -> Mapping[str, Any]:
    """The words of the law in one language (texts/<language>.toml)."""
    return read_toml(f"texts/{language}.toml")


@cache
def say(language: str) -> Mapping[str, Any] | None:
    """The sentences for the officer in the host language, None where nobody has written them yet."""
    name = f"{language}.toml"
    written = {path.name for path in LAW.joinpath("say").iterdir()}
    return read_toml(f"say/{name}") if name in written else None


def spoken() -> list[str]:
    """The languages that there are words in: all of them in en and es, in others at least what is shown at a door."""
    return sorted(path.name.removesuffix(".toml") for path in LAW.joinpath("texts").iterdir())
