"""`inviolable law check`: every base pack, and every overlay on its base, proved over all worlds."""

from __future__ import annotations

from collections.abc import Sequence

from .faults import Fault
from .law import Law, put_together, shipped_packs
from .lawfile import Pack
from .proof import prove
from .vocabulary import vocabulary


def check(own: Sequence[Pack] = ()) -> tuple[list[str], list[Fault]]:
    """(lines that tell each module's cone, faults). An overlay is proved where it differs from its base."""
    words = vocabulary()
    packs = {**shipped_packs(), **{pack.id: pack for pack in own}}
    common = [pack for pack in packs.values() if pack.kind == "common"]
    lines: list[str] = []
    faults: list[Fault] = []
    bases: dict[str, Law] = {}
    for pack in packs.values():
        if pack.kind == "base":
            bases[pack.id] = put_together([pack, *common], words)
            _prove(pack.id, bases[pack.id], None, lines, faults)
    for pack in packs.values():
        if pack.extends in bases:
            law = put_together([packs[pack.extends], *common, pack], words)
            _prove(f"{pack.extends} + {pack.id}", law, bases[pack.extends], lines, faults)
        elif pack.extends:
            faults.append(Fault(pack.file, 1, f"extends unknown pack {pack.extends!r}", "allowed: " + ", ".join(bases)))
    return lines, faults


def _prove(name: str, law: Law, base: Law | None, lines: list[str], faults: list[Fault]) -> None:
    proof = prove(law, base)
    lines.append(f"{name}: {len(proof.worlds)} modules, {'proved' if not proof.faults else 'refused'}")
    for module, worlds in proof.worlds.items():
        size = "bounded" if module in proof.bounded else f"{worlds:,} worlds"
        lines.append(f"  {module}: {size}")
    faults.extend(proof.faults)
