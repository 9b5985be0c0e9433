"""Findings worked out again, here or from a dossier: is what was found what the law says? Needs no installation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from inviolable import __version__
from inviolable.incidents.terms import Finding
from inviolable.law.assess import ENGINE, Answer, Assessment
from inviolable.law.casefile import Case, read_case
from inviolable.law.faults import Faulty
from inviolable.law.lawfile import Pack
from inviolable.law.review import SignOff

Progress = Callable[[int, int], None]
#: What the entry of a finding holds.
FORM: Mapping[str, Any] = {"part": str, "case": str, "answer": dict, "engine": str, "packs": dict}


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
        signed += [
            SignOff(one["pack"], "", one["role"], one["date"], ((one[what], one["digest"]),))
            for what in ("provision", "rule")
            for one in finding.answer.get(f"reviewed_{what}s", ())
        ]
        answer, packs = assessed(read_case(finding.case, "finding"), signed, own)
    except (Faulty, LookupError, TypeError, AttributeError):
        return Recomputed.DIFFERS if finding.engine == engine() else Recomputed.OTHER_LAW
    if (answer, packs) == (finding.answer, finding.packs):
        return Recomputed.SAME
    return Recomputed.DIFFERS if (engine(), packs) == (finding.engine, finding.packs) else Recomputed.OTHER_LAW


def in_words(results: Sequence[Recomputed]) -> str:
    """How many there were, and of how many nothing can be said."""
    other = results.count(Recomputed.OTHER_LAW)
    said = f"{len(results) - other} findings worked out again"
    return f"{said}, {other} made by another version or with other law files" if other else said


def recompute_dossier(folder: Path, own: Sequence[Pack] = (), progress: Progress | None = None) -> str:
    """Every finding of a dossier that holds otherwise; how many, in words. own: the reader's own law files.

    The law files that lie in the dossier are never read: whoever made them up could make them take for ever. Raises
    Differs for the first that the same version with the same law does not find again.
    """
    found = list(_findings(folder))
    results: list[Recomputed] = []
    for done, (number, finding) in enumerate(found):
        if progress:
            progress(done, len(found))
        results.append(recompute(finding, own))
        if results[-1] == Recomputed.DIFFERS:
            raise Differs(f"data/entries.jsonl line {number}: the finding is not what the law says")
    return in_words(results)


def _findings(folder: Path) -> Iterator[tuple[int, Finding]]:
    with (folder / "data" / "entries.jsonl").open("rb") as lines:
        for number, line in enumerate(lines, 1):
            entry = json.loads(line)
            if entry["kind"] == "finding.made":
                told = {name: entry["body"].get(name, kind()) for name, kind in FORM.items()}
                if any(type(told[name]) is not kind for name, kind in FORM.items()):
                    raise Differs(f"data/entries.jsonl line {number}: the finding has another form than any has")
                yield number, Finding(seq=entry["seq"], as_of="", **told)
