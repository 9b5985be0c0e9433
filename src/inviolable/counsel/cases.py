"""The case files of this installation: INVIOLABLE_HOME/cases/REFERENCE.toml, until the ledger takes them over."""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from inviolable.law.casefile import Case, load_case
from inviolable.law.faults import Fault, Faulty

LOG = logging.getLogger(__name__)
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
        case = load_case(path)
        _ = case.day  # What the list is sorted by must hold before the file is listed.
        return CaseFile(path.name, path.stem, case)
    except Faulty as faulty:
        return CaseFile(path.name, path.stem, None, without_paths(faulty.faults))
    except Exception as error:
        return CaseFile(path.name, path.stem, None, (unexpected(path.name, error),))


def without_paths(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults with the names of their files only: nobody on a page needs to know where this home lies."""
    return tuple(
        replace(
            fault,
            file=Path(fault.file).name,
            what=fault.what.replace(str(Path(fault.file).parent) + "/", "") if "/" in fault.file else fault.what,
        )
        for fault in faults
    )


def unexpected(name: str, error: Exception) -> Fault:
    """A failure that nobody foresaw, as a fault of one file; the log has the rest."""
    LOG.error("%s: %r", name, error, exc_info=error)
    return Fault(name, 0, f"it cannot be worked with ({type(error).__name__})", "the server's log says more")
