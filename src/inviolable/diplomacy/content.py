"""A version of a note as canonical JSON (RFC 8785): what is kept, hashed and named by entries. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from inviolable.diplomacy.terms import (
    BLOCKS,
    CHANNELS,
    DEMANDS,
    FORMS,
    STATES,
    Annex,
    Content,
    Paragraph,
    Value,
)
from inviolable.ledger.canonical import decode, encode


class NotContent(ValueError):
    """Bytes that are no version of a note; says why."""


def dumps(content: Content) -> bytes:
    """The one way to write it: what is as it is by default is left out, and yes is a text."""
    return encode(_plain(content))


def digest(content: Content) -> str:
    """SHA-256 of its canonical JSON, in hex."""
    return hashlib.sha256(dumps(content)).hexdigest()


def loads(data: bytes) -> Content:
    """What `dumps` wrote. Raises NotContent for anything else."""
    try:
        said = decode(data)
        paragraphs = tuple(Paragraph(**{**one, "numbered": "numbered" in one}) for one in said["paragraphs"])
        values = {key: _value(key, one) for key, one in said["values"].items()}
        annexes = tuple(Annex(**one) for one in said.get("annexes", ()))
        told = said | {"courtesy": tuple(said["courtesy"]), "example": "example" in said}
        content = Content(**told | {"paragraphs": paragraphs, "values": values, "annexes": annexes})
        _check(content)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise NotContent(f"This is no version of a note: {fault}. Take it from where it was kept.") from None
    if dumps(content) != data:
        raise NotContent("This is no version of a note: it is not written as `dumps` writes it.")
    return content


def _value(key: str, said: Mapping[str, Any]) -> Value:
    words = {language: tuple(several) for language, several in said["words"].items()}
    lists = {name: tuple(said.get(name, ())) for name in ("claims", "cites")}
    return Value(**{**said, "key": key, "words": words, **lists})


def _check(content: Content) -> None:
    """Raise ValueError for a word that is in no closed list, and for two paragraphs of one id."""
    of = {FORMS: [content.form], CHANNELS: [content.channel]}
    of[BLOCKS] = [one.block for one in content.paragraphs]
    of[DEMANDS] = [one.demand for one in content.paragraphs if one.demand]
    of[STATES] = [one.state for one in content.values.values()]
    for known, said in of.items():
        if strange := [one for one in said if one not in known]:
            raise ValueError(f"{strange[0]!r} is none of {', '.join(known)}")
    ids = [one.id for one in content.paragraphs]
    if len(ids) != len(set(ids)):
        raise ValueError("two paragraphs have one id")


def _plain(value: Any) -> Any:
    """Dictionaries, lists, texts and integers alone; of a record only what is not as it is by default."""
    if isinstance(value, Content | Paragraph | Value | Annex):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if _said(one, value)}
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return "yes" if value is True else value


def _said(one: Field[Any], record: Any) -> bool:
    """Whether a field must be written. The key of a value is the name that it is kept under."""
    if isinstance(record, Value) and one.name == "key":
        return False
    default = one.default_factory() if one.default_factory is not MISSING else one.default
    return bool(getattr(record, one.name) != default)
