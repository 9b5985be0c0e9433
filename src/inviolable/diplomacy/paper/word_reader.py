"""Reads a Word file that came back. A program of its own: it runs in the sandbox and nowhere else (returned.py).

    python word_reader.py FILE     prints one line of JSON: {"identifier", "paragraphs", "beside"}

Of each paragraph: bookmarks, that begin in it; level, of its list, -1 for none; pieces, each [words, tag of the content
control, bookmark of the value]. beside: what stands elsewhere than in a paragraph, each [where, words]; comments are no
text. What was inserted with changes tracked counts, what was deleted does not. Nothing but Python's own library is
loaded.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
IDENTIFIER = "{http://purl.org/dc/elements/1.1/}identifier"
#: Bytes of a part of the package, unpacked; characters of words.
MOST, MOST_WORDS = 20_000_000, 300_000
#: What stands for something else than itself.
SIGNS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
#: Other parts of the package that hold words, by the end of the kind of their relation (ECMA-376, part 1, 11.3).
PARTS = ("header", "footer", "footnotes", "endnotes")
#: Elements that stand where words do and are passed through; those whose words are gone; in what others words stand.
PASSED = ("r", "ins", "hyperlink", "smartTag", "moveTo", "fldSimple", "customXml")
GONE = ("del", "moveFrom")
PLACES = {"tbl": "table", "pict": "box", "drawing": "box", "AlternateContent": "box"}
#: The bookmark of a value: of its paragraph, and its number in there.
VALUE = re.compile(r"p_[a-z]+_[0-9]+_[0-9]+")

#: Words, the tag of the control that they are in, and the bookmark of the value that they are in.
Piece = tuple[str, str, str]


def read(path: str) -> dict[str, Any]:
    """What the file holds. Raises whatever a broken file makes a library raise."""
    with zipfile.ZipFile(path) as package:
        body = _part(package, "word/document.xml").find(f"{W}body")
        if body is None:
            raise ValueError("it has no body")
        names, others = package.namelist(), list(_others(package))
        about = _part(package, "docProps/core.xml") if "docProps/core.xml" in names else None
    reader = Reader()
    for element in body:
        reader.take(element)
    reader.beside += ([kind, line] for kind, part in others for line in lines(part))
    said = [piece[0] for one in reader.paragraphs for piece in one["pieces"]] + [one[1] for one in reader.beside]
    if sum(map(len, said)) > MOST_WORDS:
        raise ValueError("it is too long")
    identifier = about.findtext(IDENTIFIER, "") if about is not None else ""
    return {"identifier": identifier, "paragraphs": reader.paragraphs, "beside": reader.beside}


def _others(package: zipfile.ZipFile) -> Iterator[tuple[str, ElementTree.Element]]:
    """The other parts that hold words, each with the kind of its relation."""
    name = "word/_rels/document.xml.rels"
    for one in _part(package, name) if name in package.namelist() else ():
        kind = one.get("Type", "").rpartition("/")[2]
        if kind in PARTS:
            target = one.get("Target", "")
            yield kind, _part(package, target.removeprefix("/") if target.startswith("/") else f"word/{target}")


def lines(element: ElementTree.Element) -> list[str]:
    """The words in an element, each paragraph once: Word keeps a text box twice, the old way and the new."""
    found, words = list[str](), ""

    def end() -> None:
        nonlocal words
        if words.strip() and words not in found:
            found.append(words)
        words = ""

    def take(one: ElementTree.Element) -> None:
        nonlocal words
        name = one.tag.rpartition("}")[2]
        if name in GONE:
            return
        if name == "p":
            end()
        words += (one.text or "" if name == "t" else "") + SIGNS.get(name, "") + one.get("string", "")
        for inside in one:
            take(inside)
        if name == "p":
            end()

    take(element)
    end()
    return found


def _part(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with package.open(name) as part:
        data = part.read(MOST + 1)
    if len(data) > MOST or b"<!DOCTYPE" in data:
        raise ValueError("a part of it is too large, or declares what none declares")
    return ElementTree.fromstring(data)  # noqa: S314 - in the sandbox, without a document type


class Reader:
    """Walks through the body in the order of reading, and keeps which bookmarks and controls are open."""

    def __init__(self) -> None:
        self.paragraphs: list[dict[str, Any]] = []
        self.beside: list[list[str]] = []
        self.pieces: list[Piece] = []
        self.begun: list[str] = []
        self.open: dict[str, str] = {}
        self.tags: list[str] = []

    def take(self, element: ElementTree.Element) -> None:
        """One element, and what is in it."""
        match element.tag.removeprefix(W):
            case "p":
                self._paragraph(element)
            case "sdt":
                tag = element.find(f"{W}sdtPr/{W}tag")
                self.tags.append(tag.get(f"{W}val", "") if tag is not None else "")
                for inside in element.findall(f"{W}sdtContent/*"):
                    self.take(inside)
                self.tags.pop()
            case "bookmarkStart":
                name = element.get(f"{W}name", "")
                self.open[element.get(f"{W}id", "")] = name
                self.begun.append(name)
            case "bookmarkEnd":
                self.open.pop(element.get(f"{W}id", ""), None)
            case "t":
                self._words(element.text or "")
            case name if name in PASSED:
                for inside in element:
                    self.take(inside)
            case sign if sign in SIGNS:
                self._words(SIGNS[sign])
            case name:
                where = PLACES.get(name.rpartition("}")[2], "other")
                self.beside += ([where, line] for line in lines(element))

    def _paragraph(self, element: ElementTree.Element) -> None:
        self.pieces = []
        for inside in element:
            self.take(inside)
        level = element.find(f"{W}pPr/{W}numPr/{W}ilvl")
        told = int(level.get(f"{W}val", "-1")) if level is not None else -1
        self.paragraphs.append({"bookmarks": self.begun, "level": told, "pieces": self.pieces})
        self.begun = []

    def _words(self, words: str) -> None:
        """Added to the piece before, where it stands in the same control."""
        tag = next((one for one in reversed(self.tags) if one), "")
        value = next((one for one in self.open.values() if VALUE.fullmatch(one)), "")
        if self.pieces and self.pieces[-1][1:] == (tag, value):
            self.pieces[-1] = (self.pieces[-1][0] + words, tag, value)
        else:
            self.pieces.append((words, tag, value))


if __name__ == "__main__":
    print(json.dumps(read(sys.argv[1])))
