"""Findings: what the law says of a case, kept so that anybody can work it out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from inviolable import __version__
from inviolable.counsel.opinion import ENGINE
from inviolable.counsel.record import Decided, own_packs
from inviolable.incidents.case import case_file_text
from inviolable.incidents.lookup import incident_state, list_incidents
from inviolable.incidents.terms import Finding
from inviolable.law.assess import Answer, Assessment, SignOff
from inviolable.law.casefile import Case, read_case
from inviolable.law.faults import Faulty
from inviolable.law.lawfile import Pack
from inviolable.ledger.audit import NotIntact


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
    #: Made by another version, or with other law files: it can be neither confirmed nor refuted here.
    OTHER_LAW = "other_law"


def recompute(finding: Finding, own: Sequence[Pack] = ()) -> Recomputed:
    """Assess the case of a finding again. own: the ministry's own law files."""
    try:
        signed = [SignOff(**sign) for sign in finding.answer["reviewed"]]
        with ENGINE:
            answer, packs = _assessed(read_case(finding.case, "finding"), signed, own)
    except (Faulty, LookupError, TypeError):
        answer, packs = {}, dict(finding.packs)
    if (answer, packs) == (finding.answer, finding.packs):
        return Recomputed.SAME
    return Recomputed.DIFFERS if (engine(), packs) == (finding.engine, finding.packs) else Recomputed.OTHER_LAW


def recompute_all() -> str:
    """Work out again every finding that this installation ever kept; how many, in words.

    Raises NotIntact for the first one that the same version with the same law files does not find again.
    """
    results: list[Recomputed] = []
    own = own_packs(Path(settings.HOME))
    for incident in list_incidents():
        for finding in incident_state(incident.reference).findings:
            results.append(recompute(finding, own))
            if results[-1] == Recomputed.DIFFERS:
                raise NotIntact(
                    7, f"the finding of {incident.reference}, entry {finding.seq}, is not what the law says"
                )
    other = results.count(Recomputed.OTHER_LAW)
    said = f"{len(results) - other} findings worked out again"
    return f"{said}, {other} made by another version or with other law files" if other else said


def _assessed(case: Case, signed: Sequence[SignOff], own: Sequence[Pack]) -> tuple[Answer, dict[str, str]]:
    assessment = Assessment(case, {}, signed, own)
    return assessment.answer(), {pack.id: pack.hash for pack in assessment.law.packs}
