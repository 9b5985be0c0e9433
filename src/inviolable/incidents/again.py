"""Findings worked out again, here or from a dossier: is what was found what the law says? Needs no installation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from inviolable import __version__
from inviolable.incidents.terms import Finding
from inviolable.law.assess import ENGINE, Answer, Assessment, SignOff
from inviolable.law.casefile import Case, read_case
from inviolable.law.faults import Faulty
from inviolable.law.law import shipped_packs
from inviolable.law.lawfile import Pack, read_pack
from inviolable.law.vocabulary import vocabulary


class Differs(Exception):
    """A finding that is not what the law says; the message names it."""


class Recomputed(StrEnum):
    """What came of working a finding out again."""

    SAME = "same"
    DIFFERS = "differs"
    #: Made by another version, or with other law files: it can be neither confirmed nor refuted here.
    OTHER_LAW = "other_law"


def engine() -> str:
    """Name and version of what assesses."""
    return f"inviolable {__version__}"


def assessed(case: Case, signed: Sequence[SignOff], own: Sequence[Pack]) -> tuple[Answer, dict[str, str]]:
    """What the law says of a case, and the law files it says so with, by SHA-256. Raises Faulty."""
    with ENGINE:
        assessment = Assessment(case, {}, signed, own)
        return assessment.answer(), {pack.id: pack.hash for pack in assessment.law.packs}


def recompute(finding: Finding, own: Sequence[Pack] = ()) -> Recomputed:
    """Assess the case of a finding again. own: the ministry's own law files."""
    try:
        signed = [SignOff(**sign) for sign in finding.answer["reviewed"]]
        answer, packs = assessed(read_case(finding.case, "finding"), signed, own)
    except (Faulty, LookupError, TypeError):
        answer, packs = {}, dict(finding.packs)
    if (answer, packs) == (finding.answer, finding.packs):
        return Recomputed.SAME
    return Recomputed.DIFFERS if (engine(), packs) == (finding.engine, finding.packs) else Recomputed.OTHER_LAW


def in_words(results: Sequence[Recomputed]) -> str:
    """How many there were, and of how many nothing can be said."""
    other = results.count(Recomputed.OTHER_LAW)
    said = f"{len(results) - other} findings worked out again"
    return f"{said}, {other} made by another version or with other law files" if other else said


def recompute_dossier(folder: Path) -> str:
    """Every finding of a dossier that holds otherwise, with the law files that lie in it; how many, in words.

    Raises Differs for the first that the same version with the same law files does not find again.
    """
    given = {sha256(data).hexdigest(): data for data in _law_files(folder)}
    results: list[Recomputed] = []
    with (folder / "data" / "entries.jsonl").open("rb") as lines:
        for number, line in enumerate(lines, 1):
            entry = json.loads(line)
            if entry["kind"] != "finding.made":
                continue
            results.append(_recompute_entry(entry["body"], given))
            if results[-1] == Recomputed.DIFFERS:
                raise Differs(f"data/entries.jsonl line {number}: the finding is not what the law says")
    return in_words(results)


def _law_files(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in (folder / "data" / "packs").rglob("*") if path.is_file())


def _recompute_entry(body: Mapping[str, object], given: Mapping[str, bytes]) -> Recomputed:
    try:
        told = {name: body[name] for name in ("part", "case", "answer", "engine", "packs")}
        finding = Finding(seq=0, as_of="", **told)  # type: ignore[arg-type]
        own = [
            read_pack(given[digest], f"packs/{name}", vocabulary())
            for name, digest in finding.packs.items()
            if name not in shipped_packs()
        ]
    except (Faulty, LookupError, TypeError, AttributeError):  # Of a form that another version wrote.
        return Recomputed.OTHER_LAW
    return recompute(finding, own)
