"""What is handed to the desk: the words of a document, what is said of it, and one statement in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from inviolable.law.faults import forging, shown
from inviolable.posts.actions import Refused
from inviolable.sources.kinds import DESCRIPTION
from inviolable.sources.tongue import guessed

#: Bytes of a document that is read, and characters of its words.
MOST_BYTES, MOST_WORDS = 20 * 1024 * 1024, 1_000_000
DAY, LANGUAGE = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Read:
    """What a document says, as the program read it, or a person gave it.

    found: its description (kinds.DESCRIPTION) as far as it says so itself. reading: {tool, version}, with `fault` where
    the words could not be read and with `note` where something about them is doubtful; empty where a person gave them.
    unread: what of it no program reads (reader.UNREAD).
    """

    words: str = ""
    found: Mapping[str, str] = field(default_factory=dict)
    reading: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Of the words, in UTF-8; "" where there are none."""
        return sha256(self.words.encode()).hexdigest() if self.words else ""

    def in_a_language(self) -> Read:
        """The same, with the language that its words seem to be in where it does not say so itself."""
        if self.found.get("language") or not (language := guessed(self.words)):
            return self
        return replace(self, found={**self.found, "language": language})


def pasted(words: str) -> Read:
    """Words as a person gave them. A browser sends its own ends of lines."""
    return Read("\n".join(line.rstrip() for line in words.splitlines()).strip())


@dataclass(frozen=True)
class Told:
    """One statement in a document; see records.Claim and the fields of `fact.claimed`."""

    key: str
    value: str
    raw: str = ""
    polarity: str = "affirms"
    modality: str = "stated"
    speakers: tuple[str, ...] = ()
    anchor: Mapping[str, Any] = field(default_factory=dict)
    as_of: str = ""
    note: str = ""
    rule: str = ""
    supersedes: str = ""

    def body(self) -> dict[str, Any]:
        """The fields of its entry beside key and value; absent ones are omitted."""
        given = {name: getattr(self, name) for name in ("raw", "polarity", "modality", "as_of", "note", "rule")}
        given |= {"supersedes": self.supersedes, "speakers": list(self.speakers), "anchor": dict(self.anchor)}
        return {name: value for name, value in given.items() if value}


def checked(said: Mapping[str, str]) -> dict[str, str]:
    """A description without what is empty. Raises Refused."""
    for name, text in said.items():
        if name not in DESCRIPTION:
            raise Refused(f"{name}: is nothing that is said of a source; expected one of {', '.join(DESCRIPTION)}.")
        if bad := [sign for sign in forging(text) if name != "notes" or sign not in "\r\n\t"]:
            raise Refused(f"{name}: holds the character U+{ord(bad[0]):04X}; write plain text.")
    for name in ("published", "modified"):
        if (text := said.get(name, "")) and not is_time(text):
            expected = "2026-01-28, or 2026-01-28T09:15-05:00 with the offset that the document names"
            raise Refused(f"{name}: found {shown(text)}; expected: {expected}.")
    if (language := said.get("language", "")) and not LANGUAGE.fullmatch(language):
        raise Refused(f"language: found {shown(language)}; expected a code such as es, en or pt-BR.")
    return {name: text for name, text in said.items() if text}


def is_time(text: str) -> bool:
    """Whether it is a day, or a moment with its offset. A moment without one is none: it could be two days."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return bool(DAY.fullmatch(text)) or moment.tzinfo is not None
