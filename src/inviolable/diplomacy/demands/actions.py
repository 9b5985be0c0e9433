"""What is done about demands. Each function is one transaction, or a part of the caller's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import uuid4

from inviolable.diplomacy.terms import Content, Paragraph
from inviolable.incidents.desk import Desk

#: Who answers for a demand, and who is told when it grows old, by the organ whose note makes it.
OWNERS: Mapping[str, tuple[str, str]] = {"ministry": ("legal", "minister_office")}
DEFAULT = ("head_of_post", "duty_officer")


def open_demands(desk: Desk, note: str, content: Content, texts: Mapping[str, str]) -> list[str]:
    """Record what a released note demands, in the transaction that releases it; the ids of the demands.

    texts: the words of each paragraph, by its id, as they went out in the authoritative language.
    """
    owner, superior = OWNERS.get(content.organ, DEFAULT)
    made = []
    for paragraph in _demanding(content):
        demand = str(uuid4())
        told = {
            "demand": demand,
            "note": note,
            "kind": paragraph.demand,
            "what": texts[paragraph.id],
            "part": content.part,
        }
        desk.append("demand.made", {**told, "to": owner, "superior": superior})
        made.append(demand)
    return made


def _demanding(content: Content) -> Iterator[Paragraph]:
    return (one for one in content.paragraphs if one.demand)
