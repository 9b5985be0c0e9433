"""What is in a Word file that somebody brings. It is parsed in the sandbox (word_reader.py), and believed no more than
the stranger who could have written it."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from inviolable.law.faults import forging
from inviolable.ledger.sandbox import INPUT, Limits, MediaFailed, NoSandbox, sandbox
from inviolable.sources.extract import MEMORY_FOLDER, folder_in_memory, interpreter

LIMITS = Limits(seconds=30, processor=20, memory=1 << 30, file=1 << 20)
#: Where words can stand that are in no paragraph of the text.
PLACES = ("table", "box", "header", "footer", "footnotes", "endnotes", "frame", "other")
#: Words, the tag of the control that they are in, the bookmark of the value that they are in.
Stretch = tuple[str, str, str]


class NotReturned(Exception):
    """The file cannot be read as a note that was fetched here; says why and what to do."""


@dataclass(frozen=True)
class Read:
    """One paragraph of the file."""

    bookmarks: tuple[str, ...]
    level: int
    pieces: tuple[Stretch, ...]


@dataclass(frozen=True)
class Opened:
    """What is in the file. digest: SHA-256 of the version that it says it was fetched from, "" where it says none.

    beside: words that stand in no paragraph of the text, each with where (of PLACES)."""

    digest: str
    paragraphs: tuple[Read, ...]
    beside: tuple[tuple[str, str], ...] = ()


def opened(data: bytes) -> Opened:
    """What a Word file holds, parsed in the sandbox. Raises NotReturned."""
    program = (files(__package__) / "word_reader.py").read_text("utf-8")
    if not MEMORY_FOLDER.is_dir():
        raise NotReturned(_("No file is opened on this machine, because it has no folder in memory, /dev/shm."))
    with folder_in_memory() as folder:
        file = folder / "note.docx"
        file.write_bytes(data)
        argv = [str(interpreter()), "-I", "-S", "-c", program, INPUT]
        try:
            said = sandbox(argv, file, None, LIMITS, also=[Path(sys.base_prefix)])
            return _believed(json.loads(said))
        except NoSandbox:
            why = _("No file is opened on this machine, because no sandbox works here: see doctor.")
            raise NotReturned(why) from None
        except (MediaFailed, ValueError, TypeError, KeyError, RecursionError):
            raise NotReturned(_("This is no readable Word file. Save it as .docx, and bring it again.")) from None


def _believed(said: Any) -> Opened:
    """What came out of the sandbox, as far as it is what it may be."""
    paragraphs = tuple(
        Read(
            tuple(_plain(name) for name in one["bookmarks"]),
            int(one["level"]),
            tuple((_plain(words), _plain(tag), _plain(value)) for words, tag, value in one["pieces"]),
        )
        for one in said["paragraphs"]
    )
    beside = tuple((where, _plain(words)) for where, words in said["beside"] if where in PLACES)
    name = _plain(said["identifier"])
    return Opened(name if re.fullmatch(r"[0-9a-f]{64}", name) else "", paragraphs, beside)


def _plain(text: Any) -> str:
    """Words without signs that do something to a screen; a soft or unbreakable blank is a blank."""
    if type(text) is not str:
        raise TypeError("no text")
    bad = set(forging(text)) - {"\n", "\t"}
    return "".join(sign for sign in text if sign not in bad).replace("\N{NO-BREAK SPACE}", " ")
