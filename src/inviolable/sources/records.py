"""Records of sources and their claims, in from JSON and CSV and out to both without loss.

A record is one version of one document; a claim is one value that it says for one fact. What a record leaves open it
did not show; it never means that the source does not say it. An absent value is "" here, null in JSON, an empty cell
in CSV.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from inviolable.law.faults import MOST, Fault, Faulty, nearest, shown
from inviolable.law.files import decode, read_bytes

POLARITIES = ("affirms", "denies", "silent")
MODALITIES = ("stated", "alleged", "hypothetical", "demanded")
#: A file of records has at most so many bytes and so many claims, or records without any: all of it comes in at once.
MOST_BYTES, MOST_CLAIMS = 10_000_000, 5_000
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
#: What a spreadsheet would take for a formula; apostrophes before it are ours or another spreadsheet's.
FORMULA = re.compile(r"'*[=+\-@]")


@dataclass(frozen=True)
class Claim:
    """One value that one record says for one fact. place: which claim of its record it is, from 0.

    as_of: when it was said or became known, a date or a moment with offset; "" is when the record was published.
    """

    record: str
    place: int
    fact: str
    value: str
    attributed_to: str = ""
    quote: str = ""
    note: str = ""
    polarity: str = "affirms"
    modality: str = "stated"
    as_of: str = ""


@dataclass(frozen=True)
class Record:
    """One version of one document. published: a date, or a moment with offset; lineage: whom it wrote from."""

    id: str
    url: str = ""
    publisher: str = ""
    published: str = ""
    language: str = ""
    title: str = ""
    lineage: str = ""
    seen_as: str = ""
    claims: tuple[Claim, ...] = ()
    notes: str = ""


OF_RECORD = tuple(f.name for f in fields(Record) if f.name != "claims")
OF_CLAIM = tuple(f.name for f in fields(Claim) if f.name not in ("record", "place"))
#: Written in JSON only where they say something; all other keys are always there.
ONLY_WHERE_SAID = {"notes": "", "note": "", "polarity": "affirms", "modality": "stated", "as_of": ""}


def load(paths: Iterable[Path]) -> list[Record]:
    """Every record of these files (.json, .csv). Raises Faulty: each fault of all of them, and an id used twice."""
    records: list[Record] = []
    faults: list[Fault] = []
    where: dict[str, str] = {}
    for path in paths:
        try:
            found = read(path)
        except Faulty as faulty:
            faults += faulty.faults
            continue
        for record in found:
            if first := where.get(record.id):
                faults.append(Fault(str(path), 0, f"id {shown(record.id)} is also in {first}", "give each its own id"))
            where.setdefault(record.id, str(path))
        records += found
    if faults:
        raise Faulty(faults)
    return records


def read(path: Path) -> list[Record]:
    """The records of one file, by its ending. Raises Faulty."""
    name = str(path)
    readers = {".json": from_json, ".csv": from_csv}
    reader = readers.get(path.suffix.lower())
    if not reader:
        raise Faulty([Fault(name, 0, f"ends in {path.suffix or 'nothing'}", "name a record as .json or .csv")])
    try:
        data = read_bytes(path, name, "file of records", MOST_BYTES)
    except FileNotFoundError as error:
        raise Faulty([Fault(name, 0, f"cannot be read: {error.strerror}")]) from None
    return reader(decode(data, name), name)


def from_json(text: str, name: str = "records") -> list[Record]:
    """One record, or a list of them. Raises Faulty."""
    try:
        data = json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        raise Faulty([Fault(name, 0, "not JSON: nested too deeply")]) from None
    except json.JSONDecodeError as error:
        raise Faulty([Fault(name, error.lineno, f"not JSON: {error.msg}", "write one record or a list")]) from None
    except ValueError as error:
        raise Faulty([Fault(name, 0, f"not JSON: {shown(error, 200)}", "write one record or a list")]) from None
    reader, listed = _Reader(name), data if isinstance(data, list) else [data]
    _few(name, sum(_claims(one) for one in listed))
    return reader.done([reader.record(one) for one in listed])


def from_csv(text: str, name: str = "records") -> list[Record]:
    """One line for each claim, its record's columns repeated on each; a record without claims has one line.

    Lines of one record stand together. Raises Faulty.
    """
    reader = _Reader(name)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: dict[str, dict[str, Any]] = {}
    try:
        head = next(rows, [])
        columns = OF_RECORD + OF_CLAIM
        wrong = (
            (f"no column {column}" for column in columns if column not in head),
            (f"unknown column {shown(column)}" for column in head if column not in columns),
            (f"column {shown(column)} is there twice" for column in _twice(head)),
        )
        for what in chain.from_iterable(wrong):
            reader.fault(1, what, "the columns are " + ", ".join(columns))
        reader.done([])
        for number, row in enumerate(rows, 1):
            _few(name, number)
            if len(row) != len(head):
                reader.fault(rows.line_num, f"{len(row)} cells, expected {len(head)}", "fill in or remove cells")
                continue
            cells = {column: _cell(value) for column, value in zip(head, row, strict=True)}
            own = {column: cells[column] for column in OF_RECORD}
            record = records.setdefault(own["id"], own | {"claims": []})
            for column in (c for c in OF_RECORD if record[c] != own[c]):
                what = f"{column} of {shown(own['id'])} is {shown(own[column])}, above {shown(record[column])}"
                reader.fault(rows.line_num, what, "repeat what the first line of a record says")
            if cells["fact"]:
                record["claims"].append({c: cells[c] or ONLY_WHERE_SAID.get(c) or None for c in OF_CLAIM})
    except csv.Error as error:
        reader.fault(rows.line_num, f"not CSV: {error}", "save it as comma-separated values (RFC 4180)")
    return reader.done([reader.record(one) for one in records.values()])


def to_json(records: Sequence[Record]) -> str:
    """A list of records; one record alone is written as itself."""
    written = [_written(record) for record in records]
    return json.dumps(written[0] if len(written) == 1 else written, ensure_ascii=False, indent=1)


def to_csv(records: Iterable[Record]) -> str:
    """One line for each claim (RFC 4180). A cell that a spreadsheet would calculate gets an apostrophe before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(OF_RECORD + OF_CLAIM)
    for record in records:
        own = [getattr(record, column) for column in OF_RECORD]
        for claim in record.claims:
            writer.writerow(map(_guarded, [*own, *(getattr(claim, column) for column in OF_CLAIM)]))
        if not record.claims:
            writer.writerow(map(_guarded, [*own, *("" for _ in OF_CLAIM)]))
    return text.getvalue()


def moment(text: str) -> date | datetime | None:
    """A date, or a moment with its offset; None where the text is neither."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _written(record: Record) -> dict[str, Any]:
    claims = [_said({column: getattr(claim, column) for column in OF_CLAIM}) for claim in record.claims]
    written = {f.name: claims if f.name == "claims" else getattr(record, f.name) for f in fields(Record)}
    return _said(written)


def _said(written: Mapping[str, Any]) -> dict[str, Any]:
    return {k: None if v == "" else v for k, v in written.items() if ONLY_WHERE_SAID.get(k) != v}


def _guarded(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def _cell(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _few(name: str, claims: int) -> None:
    if claims > MOST_CLAIMS:
        raise Faulty([Fault(name, 0, f"has more than {MOST_CLAIMS:,} claims", "divide it")])


def _claims(record: Any) -> int:
    """How many there are; a record without any counts as one."""
    claims = record.get("claims") if isinstance(record, dict) else None
    return max(1, len(claims)) if isinstance(claims, list) else 1


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"key {_twice(key for key, _ in pairs)[0]!r} is there twice")
    return found


class _Reader:
    """Turns tables into records and keeps the faults on the way, until there are more than anybody reads."""

    def __init__(self, name: str) -> None:
        self.name, self.faults = name, list[Fault]()

    def fault(self, line: int, what: str, way_out: str = "") -> None:
        self.faults.append(Fault(self.name, line, what, way_out))
        if len(self.faults) == MOST - 1:
            raise Faulty([*self.faults, Fault(self.name, 0, "the rest was not read", "mend what is named first")])

    def done(self, records: list[Record]) -> list[Record]:
        for twice in _twice(record.id for record in records if record.id):
            self.fault(0, f"id {shown(twice)} is there twice", "give each record its own id")
        if self.faults:
            raise Faulty(self.faults)
        return records

    def record(self, found: Any) -> Record:
        said = self._texts(found, "record", (*OF_RECORD, "claims"), needed=("id",))
        place = f"record {shown(said['id'])}" if said.get("id") else "record"
        self._moment(place, "published", said.get("published", ""))
        if (language := said.get("language")) and not LANGUAGE.fullmatch(language):
            self.fault(0, f"{place}: language is {shown(language)}", "write its code of ISO 639, such as es")
        claims = found.get("claims") if isinstance(found, dict) else None
        if claims is not None and not isinstance(claims, list):
            self.fault(0, f"{place}: claims is {shown(claims)}", "write a list")
            claims = []
        read = tuple(self._claim(one, said.get("id", ""), n, place) for n, one in enumerate(claims or ()))
        return Record(**{"id": "", **said}, claims=read)

    def _claim(self, found: Any, record: str, number: int, where: str) -> Claim:
        place = f"{where}, claim {number + 1}"
        said = self._texts(found, place, OF_CLAIM, needed=("fact", "value"))
        for key, allowed in (("polarity", POLARITIES), ("modality", MODALITIES)):
            if key in said and said[key] not in allowed:
                self.fault(0, f"{place}: {key} is {shown(said[key])}", nearest(said[key], allowed))
        self._moment(place, "as_of", said.get("as_of", ""))
        return Claim(record, number, **{"fact": "", "value": "", **said})

    def _moment(self, place: str, key: str, text: str) -> None:
        if text and not moment(text):
            way_out = "write a date, 2026-01-27, or a moment with its offset, 2026-01-27T11:00-06:00"
            self.fault(0, f"{place}: {key} is {shown(text)}", way_out)

    def _texts(self, found: Any, place: str, allowed: Sequence[str], needed: Sequence[str]) -> dict[str, str]:
        """The texts that a table holds under the keys it may have; what is null or empty says nothing."""
        if not isinstance(found, dict):
            self.fault(0, f"{place} is {shown(found)}", "write an object with the keys " + ", ".join(allowed))
            return {}
        for key in found.keys() - set(allowed):
            self.fault(0, f"{place}: unknown key {shown(key)}", nearest(key, allowed))
        said = {key: found[key] for key in allowed if key != "claims" and found.get(key) not in (None, "")}
        for key, value in list(said.items()):
            if not isinstance(value, str):
                self.fault(0, f"{place}: {key} is {shown(value)}", "write a text or null")
            elif bad := [c for c in value if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t\r"]:
                self.fault(0, f"{place}: {key} holds the character U+{ord(bad[0]):04X}", "write plain text")
            else:
                continue
            del said[key]
        for key in needed:
            if key not in said and not isinstance(found.get(key), int | float | list | dict):
                self.fault(0, f"{place} has no {key}", f"say its {key}")
        return said
