"""Findings: what the law says of a case, kept so that anybody can work it out again."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from inviolable.counsel.record import Decided, own_packs
from inviolable.incidents.again import Differs, Recomputed, assessed, in_words, recompute
from inviolable.incidents.case import case_file_text
from inviolable.incidents.lookup import incident_state, list_incidents
from inviolable.law.assess import Answer
from inviolable.law.casefile import Case


def find(case: Case, decided: Decided) -> tuple[str, Answer, dict[str, str]]:
    """(the case file, the answer, the law files with their SHA-256) under what the ministry has decided.

    The positions taken are written into the case file, so that it gives this answer by itself. Raises Faulty.
    """
    settled = replace(case, positions={**decided.positions, **case.positions})
    return case_file_text(settled), *_found(settled, decided)


@lru_cache(maxsize=256)
def _found(settled: Case, decided: Decided) -> tuple[Answer, dict[str, str]]:
    """Worked out once until the ministry decides otherwise: every page of a note asks it. Nobody may change it."""
    return assessed(settled, decided.signed, decided.own)


def recompute_all() -> str:
    """Work out again every finding that this installation ever kept; how many, in words.

    Raises Differs for the first one that the same version with the same law files does not find again.
    """
    results: list[Recomputed] = []
    own = own_packs(Path(settings.HOME))
    for incident in list_incidents():
        for finding in incident_state(incident.reference).findings:
            results.append(recompute(finding, own))
            if results[-1] == Recomputed.DIFFERS:
                raise Differs(f"the finding of {incident.reference}, entry {finding.seq}, is not what the law says")
    return in_words(results)
