"""Who reads the drafts of notes, and what entries say of them in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from inviolable.diplomacy.checks.standing import wrote
from inviolable.diplomacy.file import NoteFile, note_files
from inviolable.diplomacy.shown import GUARDED
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Item
from inviolable.posts.models import User
from inviolable.posts.roles import can


def reads_draft(user: User, found: NoteFile) -> bool:
    """Whether somebody reads a note before it is released: who works on notes, who audits them, and who wrote it."""
    return can(user, "read", "draft") or wrote(found, user.actor)


def drafts_withheld(user: User, state: IncidentState, items: Iterable[Item]) -> Iterator[int]:
    """Those of these entries about notes that say what stands in a draft which a user does not read, by number."""
    if can(user, "read", "draft"):
        return
    files = note_files(state.timeline)
    yield from (one.seq for one in items if one.kind in GUARDED and not reads_draft(user, files[one.body["note"]]))
