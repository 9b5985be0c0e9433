"""The words of the law: what it asks, answers and orders, and the sentence for the officer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from .vocabulary import read_toml


@cache
def texts(language: str) -> Mapping[str, Any]:
    """The words of the law in one language (texts/<language>.toml)."""
    return read_toml(f"texts/{language}.toml")


@cache
def say(language: str) -> Mapping[str, Any] | None:
    """The sentences for the officer in the host language, None where nobody has written them yet."""
    try:
        return read_toml(f"say/{language}.toml")
    except FileNotFoundError:
        return None
