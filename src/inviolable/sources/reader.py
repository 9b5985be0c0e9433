"""Reads documents that strangers made. A program of its own: it runs in the sandbox and nowhere else (extract.py).

    python reader.py FOLDER MADE HOW [PACKAGES…]   reads every file of FOLDER and writes one line of JSON for each

HOW is `article`, or `whole` for all that stands on a page of the web, its footer and what is beside the text included.

The first process loads the libraries and sees no more of a stranger's document than its first bytes. Each document is
read by a child of its own, as many at once as there are processors, with its own bounds of memory, processor and time.
It can hand back one answer and write no file: whatever becomes of it, the others are read as if it were not there.

An answer holds `words`, `found` (what the document says of itself) and `reading`: {tool, version}, with `fault` (one of
FAULTS) where there are no words, and `note` where the way its letters were written had to be guessed; and `unread`,
what of it nothing here can read (of UNREAD).
"""

from __future__ import annotations

import gc
import json
import os
import re
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from io import BytesIO
from typing import Any

Answer = dict[str, Any]

#: Bytes of memory, seconds of processor and of time for one document, the libraries included; bytes of its answer.
MEMORY, PROCESSOR, SECONDS, ANSWER = 1 << 30, 20, 30, 8 << 20
#: Of what is longer nothing is read, rather than half.
MOST_WORDS, MOST_PAGES = 1_000_000, 1_000
FAULTS = ("broken", "empty", "locked", "long", "memory", "no_words", "time", "unknown")
UNREAD = ("pages", "pictures", "objects")
#: How htmldate writes a moment; without an offset it is none.
MOMENT = "%Y-%m-%dT%H:%M:%S%z"
OURS = (
    b"<html><head><title>t</title></head><body><article><p>A page of our own, of one line.</p></article></body></html>"
)
#: The library that reads what begins so; trafilatura reads all else.
LIBRARIES = {b"%PDF-": "pypdf", b"PK\x03\x04": "docx"}
#: Signs that do something to a screen, beside the end of a line and the tabulator.
CONTROL = re.compile("[\0-\x08\x0b-\x1f]")
MARKUP = re.compile(r"<(!doctype\s+html|html|head|body|article|div|p)\b", re.IGNORECASE)
CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
#: How letters are written today where it is not UTF-8: rarer ways would only be guessed wrongly.
GUESSED = ("cp1252", "cp1251", "cp1256", "gb18030", "big5", "shift_jis", "euc_kr")
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class Unread(Exception):
    """There are no words to be had; args[0] is one of FAULTS."""


#: Parts of a Word file that hold words, by the kind of their relation (ECMA-376, part 1, 11.3); comments are no text.
SAYING = ("header", "footer", "footnotes", "endnotes", "chart", "diagramData")
EMBEDDED = ("oleObject", "package", "aFChunk", "control", "subDocument", "iframe", "object", "embed")
#: What nothing here reads, by a relation of Word or an element of HTML.
SILENT = {"image": "pictures", "img": "pictures", **dict.fromkeys(EMBEDDED, "objects")}
#: Elements whose words no reader of a Word file sees: deleted and moved away, codes of fields, properties.
GONE = ("del", "moveFrom", "delText", "instrText", "delInstrText", "sdtPr", "rPr", "pPr", "tcPr", "trPr", "tblPr")
#: What stands for something else than itself.
SIGNS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
#: Elements of HTML that part no words, and those whose text is none.
INLINE = (
    *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label"),
    *("mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
)
NO_TEXT = ("script", "style")


def read(data: bytes, *, whole: bool = False) -> Answer:
    """One document. Raises Unread, or whatever a library does that cannot read it."""
    if not data.strip():
        raise Unread("empty")
    match _library(data):
        case "pypdf":
            return _pdf(data)
        case "docx":
            return _docx(data)
    text, note = _decoded(data)
    html = _whole if whole else _html
    answer = html(text) if MARKUP.search(text[:5000]) else _plain(text)
    if note:
        answer["reading"]["note"] = note
    return answer


def _library(data: bytes) -> str:
    return next((name for mark, name in LIBRARIES.items() if data.startswith(mark)), "trafilatura")


def _decoded(data: bytes) -> tuple[str, str]:
    """The letters of a text, and `guessed …` where it does not say how they are written, or says it wrongly."""
    named = CHARSET.search(data[:5000])
    marked = next((how for mark, how in MARKS.items() if data.startswith(mark)), "")
    for how in filter(None, (marked, named and named[1].decode(), "utf-8")):
        try:
            text = data.decode(how)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" not in text:
            return text, ""
    if b"\0" in data:
        raise Unread("unknown")
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000], cp_isolation=list(GUESSED)).best()
    how = best.encoding if best else "cp1252"
    return data.decode(how, errors="replace"), f"guessed {how}"


def _html(text: str) -> Answer:
    import trafilatura
    from htmldate import find_date

    tree = trafilatura.load_html(text)
    if tree is None:
        raise Unread("no_words")
    dates: Any = {"outputformat": MOMENT, "extensive_search": False}
    modified = find_date(tree, original_date=False, **dates)
    language = tree.get("lang", "")
    page = trafilatura.bare_extraction(
        tree, include_comments=False, with_metadata=True, date_extraction_params={"original_date": True, **dates}
    )
    if page is None:
        raise Unread("no_words")
    said = page if isinstance(page, dict) else page.as_dict()
    published = _moment(said["date"])
    found = {
        "title": said["title"],
        "publisher": said["sitename"] or said["hostname"],
        "author": said["author"],
        "language": language,
        "published": published,
        "modified": _moment(modified) if _moment(modified) != published else "",
    }
    return _answer(said["text"] or "", "trafilatura", trafilatura.__version__, found)


def _whole(text: str) -> Answer:
    """All that stands on a page, its title first."""
    import trafilatura

    tree = trafilatura.load_html(text)
    if tree is None:
        raise Unread("no_words")
    words: list[str] = []
    unread = {SILENT[one.tag] for one in tree.iter(*SILENT)}

    def take(element: Any) -> None:
        if not isinstance(element.tag, str) or element.tag in NO_TEXT:
            return
        part = "" if element.tag in INLINE else "\n" if element.tag == "br" else "\n\n"
        said = element.get("alt") or element.get("placeholder") or ""
        words.extend((part, " ".join(said.split()), re.sub(r"\s+", " ", element.text or "")))
        for inside in element:
            take(inside)
            words.append(re.sub(r"\s+", " ", inside.tail or ""))
        words.append(part)

    take(tree)
    lines = (line.strip() for line in "".join(words).split("\n"))
    found = {"language": tree.get("lang", "")}
    return _answer(re.sub("\n{3,}", "\n\n", "\n".join(lines)), "trafilatura", trafilatura.__version__, found, unread)


def _moment(said: str | None) -> str:
    """A moment with its offset as the page has it, or the day alone: a clock without an offset could be any."""
    if not said:
        return ""
    moment = datetime.fromisoformat(said)
    return moment.isoformat() if moment.tzinfo else moment.date().isoformat()


def _plain(text: str) -> Answer:
    return _answer(text, "text", "1", {})


def _pdf(data: bytes) -> Answer:
    import pypdf

    document = pypdf.PdfReader(BytesIO(data))
    if document.is_encrypted and not document.decrypt(""):
        raise Unread("locked")
    if len(document.pages) > MOST_PAGES:
        raise Unread("long")
    words, unread = "", set()
    for page in document.pages:
        said = page.extract_text()
        if not said.strip() and page.get_contents() is not None:
            unread.add("pages")
        if any(one.get_object().get("/Subtype") not in ("/Link", "/Popup") for one in page.annotations or ()):
            unread.add("objects")
        words += said + "\n\n"
        _short(words)
    title = document.metadata.title if document.metadata else ""
    # Who is named as its author is whoever was signed in at the computer, and its dates are those of the file.
    return _answer(words, "pypdf", pypdf.__version__, {"title": title}, unread)


def _docx(data: bytes) -> Answer:
    import docx
    from docx.oxml import parse_xml

    document = docx.Document(BytesIO(data))
    about = document.core_properties
    lines, unread, seen = _blocks(document.element.body), set[str](), [document.part]
    for part in seen:
        for rel in part.rels.values():
            kind = rel.reltype.rpartition("/")[2]
            unread |= {SILENT[kind]} if kind in SILENT else set()
            if kind in SAYING and not rel.is_external and rel.target_part not in seen:
                seen.append(rel.target_part)
                said = [line for line in _blocks(parse_xml(rel.target_part.blob)) if line.strip()]
                lines += ["", *said] if said and not {*said} <= {*lines} else []
    found = {"title": about.title, "language": about.language}
    return _answer("\n".join(lines), "python-docx", docx.__version__, found, unread)


def _blocks(element: Any) -> list[str]:
    """The lines of a part of a Word file, in the order of reading: paragraphs, and rows of tables."""
    lines: list[str] = []
    for inside in element:
        match _kind(inside):
            case "p":
                lines += _paragraph(inside)
            case "tr":
                lines.append("\t".join("\n".join(_blocks(cell)) for cell in _cells(inside)))
            case "v":  # A label or a value of a chart.
                lines.append(inside.text or "")
            case kind if kind and kind not in GONE:
                lines += _blocks(inside)
    return lines


def _cells(row: Any) -> list[Any]:
    found: list[Any] = []
    for inside in row:
        kind = _kind(inside)
        found += [inside] if kind == "tc" else _cells(inside) if kind and kind not in GONE else []
    return found


def _paragraph(element: Any) -> list[str]:
    """Its words, then those of what is anchored in it: text boxes, and what is said of a picture."""
    words: list[str] = []
    beside: list[str] = []

    def take(part: Any) -> None:
        for inside in part:
            match _kind(inside):
                case "t":
                    words.append(inside.text or "")
                case "txbxContent" | "txBody" | "p" | "tbl":
                    said = _blocks([inside] if _kind(inside) in ("p", "tbl") else inside)
                    beside.extend(line for line in said if line not in beside)  # Word keeps a box twice, old and new.
                case kind if kind in SIGNS:
                    words.append(SIGNS[kind])
                case kind if kind and kind not in GONE:
                    beside.extend(filter(None, (inside.get("descr"), inside.get("string"))))
                    take(inside)

    take(element)
    return ["".join(words), *beside]


def _kind(element: Any) -> str:
    """The name of an element without its namespace, of which Word has several; "" of a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _answer(words: str, tool: str, version: str, found: dict[str, Any], unread: Collection[str] = ()) -> Answer:
    lines = "\n".join(line.rstrip() for line in words.splitlines())
    tidy = CONTROL.sub("", lines).strip()
    _short(tidy)
    if not tidy:
        raise Unread("no_words")
    told = {name: str(value) for name, value in found.items() if value}
    return {"words": tidy, "found": told, "reading": {"tool": tool, "version": version}, "unread": sorted(unread)}


def _short(words: str) -> None:
    if len(words) > MOST_WORDS:
        raise Unread("long")


# ---- one child for each document ---------------------------------------------------------------


@dataclass
class Child:
    """A process that reads one document, and what it has said so far. until: when it is stopped, on the same clock."""

    number: int
    process: int
    pipe: int
    until: float
    said: bytes = b""


def answers_of(paths: Sequence[str], *, whole: bool = False) -> list[Answer]:
    """What the children say of these documents, as many at once as there are processors."""
    found: dict[int, Answer] = {}
    waiting = list(enumerate(paths))[::-1]
    working: list[Child] = []
    while waiting or working:
        while waiting and len(working) < len(os.sched_getaffinity(0)):
            working.append(_begin(*waiting.pop(), whole))
        first = min(child.until for child in working)
        ready = select.select([child.pipe for child in working], [], [], max(0.0, first - time.monotonic()))[0]
        for child in [one for one in working if one.pipe in ready or one.until <= time.monotonic()]:
            piece = os.read(child.pipe, 1 << 16) if child.pipe in ready else b""
            child.said += piece
            if not piece or len(child.said) > ANSWER:
                working.remove(child)
                found[child.number] = _ended(child, in_time=child.pipe in ready)
    return [found[number] for number in range(len(paths))]


def _begin(number: int, path: str, whole: bool) -> Child:
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        _be_child(path, writing, whole)
    os.close(writing)
    return Child(number, process, reading, time.monotonic() + SECONDS)


def _ended(child: Child, *, in_time: bool) -> Answer:
    """What a child said, once it ended or was stopped; a fault where that cannot be understood."""
    os.close(child.pipe)
    os.kill(child.process, signal.SIGKILL)
    status = os.waitpid(child.process, 0)[1]
    try:
        return dict(json.loads(child.said[:ANSWER]))
    except (ValueError, TypeError, RecursionError):
        stopped = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
        return _fault("time" if not in_time or stopped else "broken")


def _be_child(path: str, pipe: int, whole: bool) -> None:
    """Read one document, say what was found, and end. Its memory is bound by the room (sandbox.py)."""
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        said = _guarded(lambda: read(_read_file(path), whole=whole))
        with os.fdopen(pipe, "wb") as out:
            out.write(json.dumps(said).encode())
    finally:
        os._exit(0)


def _read_file(path: str, most: int = -1) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 - one line, in a program that has no other use for pathlib
        return file.read(most)


def _guarded(reading: Callable[[], Answer]) -> Answer:
    try:
        return reading()
    except Unread as unread:
        return _fault(unread.args[0])
    except MemoryError:
        return _fault("memory")
    except Exception as fault:
        return _fault("memory" if type(fault).__name__ == "LimitReachedError" else "broken")


def _fault(name: str) -> Answer:
    return {"words": "", "found": {}, "reading": {"fault": name}}


def main(folder: str, made: str, how: str) -> None:
    """Every document of a folder, in the order of their names."""
    paths = [f"{folder}/{name}" for name in sorted(os.listdir(folder))]  # noqa: PTH208
    for library in {_library(_read_file(path, 8)) for path in paths}:  # What no document needs, each child would copy.
        import_module(library)
        if library == "trafilatura":
            read(OURS)  # Whatever the libraries prepare for their first page, each child then finds prepared.
    gc.freeze()  # A child that looked through all of this for garbage would copy it: that took as long as reading.
    answers = answers_of(paths, whole=how == "whole")
    with open(made, "w", encoding="utf-8") as out:  # noqa: PTH123
        out.writelines(json.dumps(answer) + "\n" for answer in answers)


if __name__ == "__main__":
    sys.path += sys.argv[4:]
    main(*sys.argv[1:4])
