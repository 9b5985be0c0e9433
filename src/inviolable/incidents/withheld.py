"""Words of entries that are not for everybody who reads incidents, such as why the draft of a note was changed.

That there was such an entry, when and by whom, everybody reads. In the dossier the entries stand whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Item
from inviolable.incidents.wording import GUARDED
from inviolable.posts.models import User

#: What rooms above say: which of these entries somebody may not read whole, by their numbers.
WITHHOLDING: list[Callable[[User, IncidentState, Iterable[Item]], Iterable[int]]] = []


def withheld(user: User, state: IncidentState, items: Iterable[Item]) -> frozenset[int]:
    """Which of these entries are not shown whole to a user, by their numbers."""
    asked = [one for one in items if one.kind in GUARDED]
    return frozenset(seq for hold in WITHHOLDING for seq in hold(user, state, asked)) if asked else frozenset()
