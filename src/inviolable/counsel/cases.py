"""The case files of this installation: INVIOLABLE_HOME/cases/REFERENCE.toml, until the ledger takes them over."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from inviolable.law.casefile import Case, load_case
from inviolable.law.faults import Fault, Faulty

REFERENCE = re.compile(r"[a-z0-9-]{3,40}")


@dataclass(frozen=True)
class CaseFile:
    """One case file: the case, or why it cannot be read. reference: "" where the file's name is none."""

    name: str
    reference: str
    case: Case | None
    faults: tuple[Fault, ...] = ()


def case_files(home: Path) -> list[CaseFile]:
    """Every case file, the newest event first, and within an event the newest state of knowledge."""
    found = [_read(path) for path in sorted((home / "cases").glob("*.toml"))]
    return sorted(
        found, key=lambda file: (file.case.day.isoformat(), file.case.as_of) if file.case else ("", ""), reverse=True
    )


def find_case(home: Path, reference: str) -> CaseFile | None:
    """The case file with this reference, None where there is none or the reference is malformed."""
    path = home / "cases" / f"{reference}.toml"
    return _read(path) if REFERENCE.fullmatch(reference) and path.is_file() else None


def _read(path: Path) -> CaseFile:
    if not REFERENCE.fullmatch(path.stem):
        way_out = "name it with 3 to 40 small letters, digits and hyphens"
        return CaseFile(path.name, "", None, (Fault(path.name, 0, "the file's name is no reference", way_out),))
    try:
        return CaseFile(path.name, path.stem, load_case(path))
    except Faulty as faulty:
        # Where this home lies on the disk is nobody's business on a page.
        return CaseFile(path.name, path.stem, None, tuple(replace(fault, file=path.name) for fault in faulty.faults))
