"""What the pages of this room share: an incident with its notes, and each of them in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from inviolable.counsel.page import Request
from inviolable.diplomacy.file import RELEASED, NoteFile, note_files
from inviolable.diplomacy.life.compare import GONE, Change, changes
from inviolable.diplomacy.life.readers import reads_draft
from inviolable.diplomacy.life.waiting import turn_of
from inviolable.diplomacy.models import Look
from inviolable.diplomacy.paper.layout import labels, sheets
from inviolable.diplomacy.shown import (
    BLOCKS,
    CHANNELS,
    CODES,
    DEMANDED,
    FORMS,
    HEAD,
    LANGUAGES,
    OTHERWISE,
    PRINTED,
    STATES,
    TONES,
    paragraph_names,
)
from inviolable.diplomacy.terms import Content, Stop
from inviolable.diplomacy.versions import content_of
from inviolable.diplomacy.words import marks
from inviolable.incidents.page import Page, actor_of, existing
from inviolable.incidents.wording import charged, moment_words, who_words


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
    if one.state != RELEASED and not reads_draft(request.user, one):
        raise PermissionDenied
    return one


def who(request: Request) -> dict[str, Any]:
    """Who writes, and when."""
    return {"actor": actor_of(request.user), "now": request.now}


def row(one: NoteFile) -> dict[str, Any]:
    """A note in a list, or above its page."""
    turn = turn_of(one)
    return {
        "note": one,
        "name": FORMS[one.form],
        "channel": CHANNELS[one.channel],
        "language": LANGUAGES.get(one.language, one.language),
        "state": STATES[one.state],
        "tone": TONES.get(one.state, ""),
        "waits": ", ".join(map(charged, turn.roles)) if turn else "",
        "since": moment_words(turn.since.recorded) if turn else "",
        "undelivered": moment_words(one.moved.recorded) if one.state == RELEASED and not one.deliveries else "",
        "changed": moment_words(one.last.item.recorded),
        "by": who_words(one.last.by),
    }


def heads(content: Content, file: NoteFile) -> list[dict[str, Any]]:
    """Who writes, to whom, where and when, in the words that are printed, in every language."""
    printed = sheets(content, file.number, file.state)
    return [
        {"what": what, "words": line.pieces[0].words, "language": sheet.language, "called": LANGUAGES[sheet.language]}
        for role, what in PRINTED.items()
        for sheet in printed
        for line in sheet.lines
        if line.role == role and line.pieces[0].words
    ]


def paragraphs(content: Content, stopping: tuple[Stop, ...] = ()) -> list[dict[str, Any]]:
    """Each paragraph as it reads in every language, with its blanks, and what stops it."""
    names = paragraph_names(content)
    return [
        {
            "id": one.id,
            "name": names[one.id],
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
    """The version before this one that somebody saw last, and what changed from there; 0 where they saw none, or wrote
    all that came since."""
    seen = Look.objects.filter(note=one.id, reader=reader, number__lt=one.last.number).order_by("-number").first()
    if seen is None or all(version.by["id"] == reader for version in one.versions[seen.number :]):
        return 0, ()
    return seen.number, changes(content_of(one.id, seen.number), content_of(one.id, one.last.number))


def saw(one: NoteFile, reader: str) -> bool:
    """Whether somebody has looked at its last version already."""
    return Look.objects.filter(note=one.id, reader=reader, number=one.last.number).exists()


def change_rows(changed: tuple[Change, ...], before: Content, after: Content) -> list[dict[str, Any]]:
    """What changed between two versions, in words."""
    names = paragraph_names(after, before)
    places = {one.id: label for one in after.paragraphs if (label := labels(after).get(one.id, names[one.id]))}
    return [
        {
            "where": names.get(one.where) or HEAD.get(one.where, one.where),
            "of": OTHERWISE.get(one.of, ""),
            "language": one.language,
            "called": LANGUAGES.get(one.language, one.language),
            "pieces": [
                (how, _called(one, words, places, before if how == GONE else after)) for how, words in one.pieces
            ],
        }
        for one in changed
    ]


def _called(one: Change, words: str, places: Mapping[str, str], version: Content) -> Any:
    """What the words of a change are called on a screen, by what it is of: paragraphs by their places now, marks by
    what they stand for in that version."""
    if one.of == "order":
        return re.sub(r"\S+", lambda name: places.get(name[0], name[0]), words)
    if one.of == "marks":
        filled = marks.fill(words, version.values, one.language)
        return "".join(piece.words if piece.kind == marks.TEXT else f"“{piece.words}”" for piece in filled)
    return {"block": BLOCKS, "demand": DEMANDED}.get(one.of, {}).get(words, words)
