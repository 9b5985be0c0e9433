"""What follows from entries of other rooms: words go with the exhibit that they came from."""

from django.db.models import Q

from inviolable.ledger.registry import Kind, Projection, Recorded, project
from inviolable.sources.models import Text


def _forget(recorded: Recorded) -> None:
    erased = recorded.body["subject"]
    Text.objects.filter(Q(exhibit=erased) | Q(copy=erased)).delete()


def _follows(kind: Kind) -> bool:
    return kind.name == "subject.erased"


# No table of its own: the words cannot be derived again, and what was erased stays erased.
project(Projection("sources", (), _follows, _forget))
