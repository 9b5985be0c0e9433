"""Sources: documents read, claims proposed, accounts compared, the law under every reading of them."""

from collections.abc import Callable

from benchmarks.intake import INTAKE_PARTS, intake_report
from benchmarks.matrix import MATRIX_PARTS, matrix_report
from benchmarks.parts import Result
from benchmarks.proposals import PROPOSAL_PARTS, proposals_report
from benchmarks.readings import READINGS_PARTS, readings_report
from benchmarks.report import wrapped

SOURCES_PARTS: dict[str, Callable[[], Result]] = INTAKE_PARTS | PROPOSAL_PARTS | MATRIX_PARTS | READINGS_PARTS


def sources_report(found: dict[str, Result], when: str, commit: str, machine: str) -> list[str]:
    """The page on sources, as Markdown."""
    return [
        "# Measured: sources",
        "",
        wrapped(f"Made by `make bench` on {when} at {commit}: {machine}. Never edited by hand."),
        "",
        *intake_report(found),
        *proposals_report(found),
        *matrix_report(found),
        *readings_report(found),
    ]
