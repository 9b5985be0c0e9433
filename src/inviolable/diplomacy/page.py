"""What the pages of this room share: an incident with its notes, and each of them in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from inviolable.counsel.page import Request
from inviolable.diplomacy import marks
from inviolable.diplomacy.actions import content_of
from inviolable.diplomacy.compare import Change, changes
from inviolable.diplomacy.file import RELEASED, NoteFile, note_files
from inviolable.diplomacy.models import Look
from inviolable.diplomacy.shown import (
    BLOCKS,
    CHANNELS,
    CODES,
    DEMANDED,
    FORMS,
    HEAD,
    LANGUAGES,
    OTHERWISE,
    STATES,
    TONES,
)
from inviolable.diplomacy.standing import wrote
from inviolable.diplomacy.terms import Content, Stop
from inviolable.incidents.page import Page, actor_of, existing
from inviolable.incidents.wording import charged, moment_words, who_words
from inviolable.posts.roles import can


@dataclass(frozen=True)
class Notes:
    """An incident, and its notes."""

    page: Page
    files: Mapping[str, NoteFile]

    @property
    def reference(self) -> str:
        """Of the incident."""
        return self.page.incident.reference


def notes_of(reference: str) -> Notes:
    """The notes of the incident of that reference, or 404."""
    page = existing(reference)
    return Notes(page, note_files(page.state.timeline))


def note_of(found: Notes, note: UUID) -> NoteFile:
    """One of them, or 404."""
    if str(note) not in found.files:
        raise Http404
    return found.files[str(note)]


def draft_of(found: Notes, note: UUID, request: Request) -> NoteFile:
    """One of them, also before it is released: for who works on notes, who audits them, and who wrote it."""
    one = note_of(found, note)
    if one.state != RELEASED and not can(request.user, "read", "draft") and not wrote(one, actor_of(request.user)):
        raise PermissionDenied
    return one


def who(request: Request) -> dict[str, Any]:
    """Who writes, and when."""
    return {"actor": actor_of(request.user), "now": request.now}


def row(one: NoteFile) -> dict[str, Any]:
    """A note in a list, or above its page."""
    return {
        "note": one,
        "name": FORMS[one.form],
        "channel": CHANNELS[one.channel],
        "language": LANGUAGES.get(one.language, one.language),
        "state": STATES[one.state],
        "tone": TONES.get(one.state, ""),
        "waits": charged(one.step) if one.step else "",
        "changed": moment_words(one.last.item.recorded),
        "by": who_words(one.last.by),
    }


def paragraphs(content: Content, stopping: tuple[Stop, ...] = ()) -> list[dict[str, Any]]:
    """Each paragraph as it reads in every language, with its blanks, and what stops it."""
    return [
        {
            "id": one.id,
            "block": BLOCKS.get(one.block, one.block),
            "texts": [
                (language, marks.fill(one.text.get(language, ""), content.values, language))
                for language in content.languages
            ],
            "stops": stop_rows([stop for stop in stopping if stop.paragraph == one.id]),
        }
        for one in content.paragraphs
    ]


def stop_rows(stopping: list[Stop]) -> list[dict[str, Any]]:
    """Stops in words."""
    return [{"name": CODES.get(one.code, one.code), "stop": one} for one in stopping]


def since_last_look(one: NoteFile, reader: str) -> tuple[int, tuple[Change, ...]]:
    """The version before this one that somebody saw last, 0 for none; and what changed from there."""
    seen = Look.objects.filter(note=one.id, reader=reader, number__lt=one.last.number).order_by("-number").first()
    if seen is None:
        return 0, ()
    return seen.number, changes(content_of(one.id, seen.number), content_of(one.id, one.last.number))


def change_rows(changed: tuple[Change, ...]) -> list[dict[str, Any]]:
    """Changes in words."""
    return [
        {
            "where": HEAD.get(one.where, one.where),
            "of": OTHERWISE.get(one.of, ""),
            "language": one.language,
            "pieces": [(how, KINDS.get(one.of, {}).get(words, words)) for how, words in one.pieces],
        }
        for one in changed
    ]


#: What the words of a change are called on a screen, by what it is of.
KINDS: Mapping[str, Mapping[str, Any]] = {"block": BLOCKS, "demand": DEMANDED}
