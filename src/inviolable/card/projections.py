"""What this room derives from entries: which photographs of its signage a post has."""

from datetime import date

from inviolable.card.models import Photograph
from inviolable.ledger.moments import read
from inviolable.ledger.registry import Projection, Recorded, project


def _apply(recorded: Recorded) -> None:
    body = recorded.body
    Photograph.objects.create(
        exhibit=body["exhibit"],
        post=body["post"],
        taken=date.fromisoformat(body["taken"]),
        received=read(recorded.entry["recorded"]),
    )


project(Projection("signage", (Photograph,), lambda kind: kind.name == "signage.photographed", _apply))
