"""What a note says nothing about for want of a fact, in words: whoever approves it reads that before they do."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from inviolable.counsel.page import reading
from inviolable.diplomacy.drafting.writing import silent
from inviolable.diplomacy.file import NoteFile
from inviolable.diplomacy.terms import Content
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.picture import fact_words
from inviolable.law.words import texts
from inviolable.posts.models import User
from inviolable.posts.roles import can

#: How many are told beside a note; the page of the law has the others.
MOST = 5


def silent_on(user: User, reference: str, state: IncidentState, file: NoteFile, content: Content) -> dict[str, Any]:
    """Each breach that waits, with what it waits for, where whoever may answer that does so; and how many more."""
    back = f"{reverse('diplomacy:note', args=[reference, file.id])}#hands"
    may, found = can(user, "confirm", "fact"), silent(state, content)

    def asked(fact: str) -> tuple[str, str]:
        query = {"part": content.part, "key": fact, "then": back}
        return fact_words(fact, reading()), reverse("incidents:settle", args=[reference], query=query) if may else ""

    names = texts(reading())["modules"]
    rows = [
        {"cites": ", ".join(one.cites), "name": names[one.finding], "facts": list(map(asked, one.facts))}
        for one in found[:MOST]
    ]
    return {"silent": rows, "silent_more": len(found[MOST:]), "silent_part": content.part}
