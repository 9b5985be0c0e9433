"""Putting our proof beside a statement of theirs: one entry, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from inviolable.incidents.desk import at_desk
from inviolable.law.faults import shown
from inviolable.ledger.actions import Actor
from inviolable.posts.actions import Refused
from inviolable.sources.theirs import proofs


@transaction.atomic
def answer(
    reference: str, claim: str, exhibit: str, stance: str, *, actor: Actor, now: datetime, why: str = ""
) -> None:
    """Say what an exhibit is to a statement: `for`, `against`, or `withdrawn`. The last word on both counts.

    Raises Refused for a claim or an exhibit that is not there.
    """
    desk = at_desk(reference, actor, now, closed=None)
    if claim not in desk.state.claims:
        raise Refused(f"claim: there is no claim {shown(claim)}.")
    proof = next((one for one in proofs(desk.state) if one.exhibit == exhibit), None)
    if proof is None:
        raise Refused(f"exhibit: {shown(exhibit)} is neither of this incident nor of a post of ours in that State.")
    told = {"claim": claim, "stance": stance, "exhibit": exhibit, "sha256": proof.sha256}
    desk.append("claim.answered", {**told, "stream": proof.stream, "why": why})
