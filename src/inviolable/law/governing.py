"""What governs a case: the regime between its States, and the packs to be compiled for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from .casefile import Case
from .decisions import Compiled
from .faults import Fault, Faulty
from .law import put_together, shipped_packs
from .lawfile import LANGUAGES, Pack
from .proof import prove
from .regime import Regime, Row, hypothetical, regime
from .vocabulary import vocabulary, weakest


def regime_of(case: Case) -> Regime:
    """Which instruments govern a case. Raises Faulty, naming the case's file, also where they change
    between the first and the last day of an interval."""
    try:
        if case.instruments:
            return _of_its_kind(hypothetical(case.instruments), case)
        as_of = date.fromisoformat(case.as_of[:10]) if case.as_of else None
        first, last = (
            regime(case.sending, case.receiving, date.fromisoformat(moment[:10]), case.kind, as_of)
            for moment in case.occurred
        )
    except Faulty as faulty:
        raise Faulty(replace(fault, file=case.file) for fault in faulty.faults) from None
    if (first.packs, first.profile, first.tag) != (last.packs, last.profile, last.tag):
        what = f"the law changed between {case.occurred[0]} and {case.occurred[1]}"
        raise Faulty(
            [Fault(case.file, 0, what, "narrow the interval, or make a case file for each side of the change")]
        )
    return first


def _of_its_kind(found: Regime, case: Case) -> Regime:
    if found.kind != case.kind:
        what = f"[regime] is the law of a {found.kind} place, and [post] is {case.post_class!r}"
        raise Faulty([Fault(case.file, 0, what, "correct the class or the instruments")])
    return found


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
