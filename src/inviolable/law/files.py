"""Reading what people hand us: never more than was promised, never a pipe or a device, every fault one line."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from .faults import Fault, Faulty, shown

MAX_BYTES = 1_000_000
HEADER = re.compile(r"[ \t]*\[([^\]]+)\]")
KEY = re.compile(r"""[ \t]*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))[ \t]*[=.]""")
#: Very many names joined by dots: Python's reader takes a time that grows with the square of their number.
_ENDLESS = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){50}""")


def read_bytes(path: Traversable, name: str, kind: str = "file", limit: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file. Raises Faulty where it is none, cannot be read or is too large.

    FileNotFoundError is left to the caller: for some files it is a fault, for others the answer.
    """
    try:
        size, data = _regular(path, name, limit) if isinstance(path, Path) else (0, path.read_bytes())
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise Faulty([Fault(name, 0, f"cannot be read: {said}")]) from None
    if (size := max(size, len(data))) > limit:
        raise Faulty([Fault(name, 0, f"the file has {size:,} bytes", f"a {kind} has at most {limit:,}")])
    return data


def _regular(path: Path, name: str, limit: int) -> tuple[int, bytes]:
    """(how many bytes there are, as many of them as are allowed and one more)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise Faulty([Fault(name, 0, "is no regular file", "name a file, not a folder, pipe or device")])
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return found.st_size, file.read(limit + 1)
    finally:
        os.close(descriptor)


def decode(data: bytes, name: str) -> str:
    """UTF-8, with or without the mark that some editors put first. Raises Faulty otherwise."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faulty([Fault(name, 0, f"byte {error.start} is not UTF-8", "save the file as UTF-8")]) from None


def parse_toml(text: str, name: str, way_out: str = "", what: str = "not TOML") -> dict[str, Any]:
    """TOML, or Faulty with the line where it ends to be TOML; also for integers too long and nesting too deep."""
    if endless := _ENDLESS.search(text):
        at = text.count("\n", 0, endless.start()) + 1
        raise Faulty([Fault(name, at, f"{what}: fifty names joined by dots", way_out)])
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except RecursionError:
        raise Faulty([Fault(name, 0, f"{what}: nested too deeply", way_out)]) from None
    except ValueError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise Faulty([Fault(name, int(line[1]) if line else 0, f"{what}: {shown(error, 200)}", way_out)]) from None


def line_numbers(text: str) -> dict[tuple[str, str], int]:
    """In which line of a TOML text each (table, key) stands, and each (table, "") begins; the first of either."""
    lines, current = {("", ""): 0}, ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := HEADER.match(line):
            current = header[1].strip()
            lines.setdefault((current, ""), number)
        elif key := KEY.match(line):
            lines.setdefault((current, next(filter(None, key.groups()), "")), number)
    return lines


def read_toml_file(path: Path, kind: str = "file") -> dict[str, Any]:
    """A TOML file that somebody else wrote; empty where there is none. Raises Faulty."""
    try:
        data = read_bytes(path, str(path), kind)
    except FileNotFoundError:
        return {}
    return parse_toml(decode(data, str(path)), str(path))
