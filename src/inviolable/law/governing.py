"""What governs a case: the regime between its States, and the packs to be compiled for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from .casefile import Case
from .decisions import Compiled
from .faults import Faulty
from .law import put_together, shipped_packs
from .lawfile import LANGUAGES, Pack
from .proof import prove
from .regime import Regime, Row, hypothetical, regime
from .vocabulary import vocabulary, weakest


def regime_of(case: Case) -> Regime:
    """Which instruments govern a case. Raises Faulty, naming the case's file."""
    try:
        if case.instruments:
            return hypothetical(case.instruments)
        as_of = date.fromisoformat(case.as_of[:10]) if case.as_of else None
        return regime(case.sending, case.receiving, case.day, case.kind, as_of)
    except Faulty as faulty:
        raise Faulty(replace(fault, file=case.file) for fault in faulty.faults) from None


_COMPILED: dict[tuple[tuple[str, ...], bool], Compiled] = {}


def compiled(packs: Sequence[Pack], standalone: bool) -> Compiled:
    """A law as decision graphs, kept by the hashes of its packs."""
    key = (tuple(pack.hash for pack in packs), standalone)
    if key not in _COMPILED:
        law = put_together(packs, vocabulary())
        if any(pack.parties for pack in packs):
            faults = prove(law, put_together([pack for pack in packs if not pack.parties], vocabulary())).faults
            if faults:
                raise Faulty(faults)
        _COMPILED[key] = Compiled(law, standalone)
    return _COMPILED[key]


def packs_of(case: Case, regime: Regime, own: Sequence[Pack]) -> tuple[list[Pack], list[Row]]:
    """The packs that govern a case, the ministry's own between these two States last, and all rows."""
    governing = [
        pack
        for pack in own
        if pack.parties == {case.sending, case.receiving}
        and pack.extends == regime.base
        and pack.in_force <= case.day.isoformat()
    ]
    rows = [
        Row(
            pack.id,
            "governs",
            {lang: f"{pack.title[lang]} ({pack.in_force})" for lang in LANGUAGES},
            own_tag(pack),
            pack.file,
            "",
        )
        for pack in governing
    ]
    return [*(shipped_packs()[name] for name in regime.packs), *governing], [*regime.rows, *rows]


def own_tag(pack: Pack) -> str:
    """The weakest tag of a ministry's own pack."""
    return weakest(*(provision.tag for provision in pack.provisions))
