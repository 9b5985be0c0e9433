"""Whose account a claim is at the root, as a brief says it: ours, theirs, or somebody else's.

All organs and posts of one State are one account: a communiqué does not become two by being told twice.
"""

from __future__ import annotations

from functools import cache

from inviolable.incidents.brief import OURS, THEIRS
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Claim
from inviolable.law.lawfile import LANGUAGES
from inviolable.law.regime import state_name
from inviolable.posts.roles import Role
from inviolable.posts.terms import DATED_ROLES
from inviolable.sources.vocabulary import fold
from inviolable.sources.voices import voice_in

#: Who tells of a post from the inside, where nobody names its State.
INSIDE = ("staff of the", "personal del", "personal de la")


def root_of(state: IncidentState, claim: Claim) -> str:
    """OURS, THEIRS, or the name of the voice; "" where nobody is named."""
    sides = (state.opened.get("sending", ""), state.opened.get("receiving", ""))
    voice = voice_in(claim.voice, "", *sides)
    if voice.kind == "receiving_organ":
        return THEIRS
    told = fold(claim.voice)
    ours = voice.kind == "own_organ" or told.replace("-", " ") in _roles() or told.startswith(INSIDE)
    return OURS if ours or any(name in told for name in _names(sides[0])) else voice.id if told else ""


@cache
def _names(state: str) -> tuple[str, ...]:
    return tuple(fold(state_name(state, language)) for language in LANGUAGES) if state else ()


@cache
def _roles() -> frozenset[str]:
    return frozenset(fold(one).replace("_", " ").replace("-", " ") for one in (*Role.values, *DATED_ROLES))
