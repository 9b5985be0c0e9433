"""The words of documents, read where they can do no harm: in the sandbox, never in the process that asks.

A document is put into a folder that is memory (`/dev/shm`; without one nothing is read), and is gone when it was read:
what a reading leaves that is killed, the next one removes. What comes out is no more trusted than what went in: it is
checked here as if the document had written it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from inviolable.law.faults import forging
from inviolable.ledger.sandbox import INPUT, MADE, Limits, MediaFailed, NoSandbox, sandbox
from inviolable.sources import reader
from inviolable.sources.terms import LANGUAGE, MOST_WORDS, Read, is_time

#: What a document may say of itself, and in how many characters.
FOUND = {"title": 300, "publisher": 200, "author": 200, "language": 20, "published": 40, "modified": 40}
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - only a folder of its own is made in it, for this account alone
PREFIX = "inviolable-"


def read_document(data: bytes, *, whole: bool = False) -> Read:
    """One document."""
    return read_documents([data], whole=whole)[0]


def read_documents(documents: Sequence[bytes], *, whole: bool = False) -> list[Read]:
    """The words of each, or why there are none: `fault` of its reading is one of reader.FAULTS or `no_sandbox`.

    whole: all that stands on a page of the web, not its article alone."""
    limits = Limits(
        seconds=reader.SECONDS * len(documents) + 30,
        processor=reader.PROCESSOR + 30,
        memory=reader.MEMORY,
        file=reader.ANSWER * len(documents),
    )
    if not MEMORY_FOLDER.is_dir():
        return [_unread("no_sandbox")] * len(documents)
    with folder_in_memory() as folder:
        (folder / "in").mkdir()
        for number, data in enumerate(documents):
            (folder / "in" / f"{number:06}").write_bytes(data)
        program = (files("inviolable.sources") / "reader.py").read_text("utf-8")
        packages = _packages()
        how = "whole" if whole else "article"
        argv = [str(interpreter()), "-I", "-S", "-c", program, INPUT, MADE, how, *map(str, packages)]
        try:
            sandbox(argv, folder / "in", folder / "made", limits, also=[*packages, Path(sys.base_prefix)])
            lines = (folder / "made").read_text("utf-8").splitlines()
        except NoSandbox:
            return [_unread("no_sandbox")] * len(documents)
        except (MediaFailed, OSError, UnicodeDecodeError):
            return [_unread("broken")] * len(documents)
    if len(lines) != len(documents):
        return [_unread("broken")] * len(documents)
    return [_believed(line) for line in lines]


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder for this account alone, gone afterwards. It is locked before anything is in it."""
    _sweep()
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=MEMORY_FOLDER) as folder, _opened(folder) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield Path(folder)


def _sweep() -> None:
    """Remove every folder with something in it that no living process holds."""
    for folder in MEMORY_FOLDER.glob(f"{PREFIX}*"):
        with suppress(OSError), _opened(folder) as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if any(folder.iterdir()):
                shutil.rmtree(folder)


@contextmanager
def _opened(folder: Path | str) -> Iterator[int]:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield number
    finally:
        os.close(number)


def interpreter() -> Path:
    """The Python that runs here, as the sandbox is shown it."""
    return Path(sys.executable).resolve()


def _packages() -> list[Path]:
    """Where the libraries are: each once."""
    paths = sysconfig.get_paths()
    return list(dict.fromkeys(Path(paths[name]).resolve() for name in ("purelib", "platlib")))


def _unread(fault: str) -> Read:
    return Read(reading={"fault": fault})


def _believed(line: str) -> Read:
    """What came out of the sandbox, as far as it is what it may be."""
    try:
        said = json.loads(line)
        words, found, reading = (said[name] for name in ("words", "found", "reading"))
        if reading.get("fault"):
            return _unread(reading["fault"] if reading["fault"] in reader.FAULTS else "broken")
        if type(words) is not str or not 0 < len(words) <= MOST_WORDS:
            return _unread("broken")
        words.encode()  # Half a pair of UTF-16 is no character.
        if any(sign < " " and sign not in "\n\t" for sign in words):
            return _unread("broken")
        told = {name: _plain(reading.get(name), 100) for name in ("tool", "version", "note")}
        unread = tuple(name for name in reader.UNREAD if name in said.get("unread", []))
        return Read(words, _found(found), {name: text for name, text in told.items() if text}, unread)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return _unread("broken")


def _found(said: Any) -> dict[str, str]:
    found = {name: text for name, most in FOUND.items() if (text := _plain(said.get(name), most))}
    for name in ("published", "modified"):
        if name in found and not is_time(found[name]):
            del found[name]
    if "language" in found and not LANGUAGE.fullmatch(found["language"]):
        del found["language"]
    return found


def _plain(text: Any, most: int) -> str:
    """One line without signs that do something to a screen."""
    if type(text) is not str:
        return ""
    bad = set(forging(text))
    return " ".join("".join(" " if sign in bad else sign for sign in text[:most]).split())
