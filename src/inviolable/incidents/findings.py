"""Findings: what the law says of a case, kept so that anybody can work it out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from inviolable import __version__
from inviolable.counsel.opinion import ENGINE
from inviolable.counsel.record import Decided
from inviolable.incidents.case import case_file_text
from inviolable.incidents.terms import Finding
from inviolable.law.assess import Answer, Assessment, SignOff
from inviolable.law.casefile import Case, read_case
from inviolable.law.lawfile import Pack


def find(case: Case, decided: Decided) -> tuple[str, Answer, dict[str, str]]:
    """(the case file, the answer, the law files with their SHA-256) under what the ministry has decided.

    The positions taken are written into the case file, so that it gives this answer by itself. Raises Faulty.
    """
    settled = replace(case, positions={**decided.positions, **case.positions})
    with ENGINE:
        answer, packs = _assessed(settled, decided.signed, decided.own)
    return case_file_text(settled), answer, packs


def engine() -> str:
    """Name and version of what assesses."""
    return f"inviolable {__version__}"


class Recomputed(StrEnum):
    """What came of working a finding out again."""

    SAME = "same"
    DIFFERS = "differs"
    #: The law files at hand are not those it was made with: it can be neither confirmed nor refuted here.
    OTHER_LAW = "other_law"


def recompute(finding: Finding, own: Sequence[Pack] = ()) -> Recomputed:
    """Assess the case of a finding again. own: the ministry's own law files. Raises Faulty for a case that is none."""
    signed = [SignOff(**sign) for sign in finding.answer.get("reviewed", ())]
    with ENGINE:
        answer, packs = _assessed(read_case(finding.case, "finding"), signed, own)
    if packs != finding.packs:
        return Recomputed.OTHER_LAW
    return Recomputed.SAME if answer == finding.answer else Recomputed.DIFFERS


def _assessed(case: Case, signed: Sequence[SignOff], own: Sequence[Pack]) -> tuple[Answer, dict[str, str]]:
    assessment = Assessment(case, {}, signed, own)
    return assessment.answer(), {pack.id: pack.hash for pack in assessment.law.packs}
