"""The pages on which notes are read: those of an incident, one with all that stops it, and its documents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inviolable.counsel.clocks import day_words
from inviolable.counsel.page import Request, faults_shown, reading
from inviolable.diplomacy.checks.standing import of_one_person, standing_of, who_decides, wrote
from inviolable.diplomacy.drafting.answers import disputed_in
from inviolable.diplomacy.drafting.offering import left_out
from inviolable.diplomacy.drafting.writing import read_by
from inviolable.diplomacy.file import APPROVED, DRAFT, RELEASED, SUBMITTED, Mail, NoteFile, demarches
from inviolable.diplomacy.life.actions import look_at, why_not_approve
from inviolable.diplomacy.life.eyes import both_decisions, one_word, own_law
from inviolable.diplomacy.life.hands import signers, writers, written_in
from inviolable.diplomacy.life.series import PDF, WORD, released_paper
from inviolable.diplomacy.life.told import since_release
from inviolable.diplomacy.pages.page import (
    Notes,
    change_rows,
    draft_of,
    heads,
    notes_of,
    paragraphs,
    row,
    saw,
    since_last_look,
    who,
)
from inviolable.diplomacy.pages.silence import silent_on
from inviolable.diplomacy.pages.stopping import stop_rows
from inviolable.diplomacy.paper import typeset
from inviolable.diplomacy.shown import HOW, MAILED, OUTCOMES, WAYS, paragraph_names
from inviolable.diplomacy.terms import Content
from inviolable.diplomacy.versions import content_of
from inviolable.incidents.page import actor_of, show
from inviolable.incidents.picture import fact_words
from inviolable.incidents.terms import Item
from inviolable.incidents.wording import charged, happened_words, moment_words, who_words
from inviolable.posts.lookup import at_the_ministry
from inviolable.posts.roles import can

HERE = {"here": "diplomacy:notes"}
#: A note that is not released yet, and may be.
OPEN = (DRAFT, SUBMITTED, APPROVED)
MEDIA = {"pdf": PDF, "docx": WORD}


@require_safe
@faults_shown
def every(request: Request, reference: str) -> HttpResponse:
    """Every note of an incident, and every oral démarche."""
    found = notes_of(reference)
    rows = [row(one) for one in reversed(list(found.files.values()))]
    said = [_demarche(item) for item in demarches(found.page.state.timeline)]
    return show(request, "diplomacy/notes.html", found.page, HERE | {"rows": rows, "demarches": said})


def _demarche(item: Item) -> dict[str, Any]:
    return {"item": item, "when": happened_words(item.happened), "who": who_words(item.actor)}


@require_safe
@faults_shown
def one(request: Request, reference: str, note: UUID) -> HttpResponse:
    """A note as it stands: every paragraph, what stops it, what changed since the reader looked last, what is next."""
    found = notes_of(reference)
    return shown(request, found, draft_of(found, note, request))


def shown(request: Request, found: Notes, file: NoteFile, form: Any = None) -> HttpResponse:
    """The page of a note. form: one that was refused."""
    content, by = content_of(file.id, file.last.number), actor_of(request.user)
    stopping = standing_of(found.page.state, content, request.now) if file.state in OPEN else ()
    since, changed = since_last_look(file, by["id"])
    seen = saw(file, by["id"])
    look_at(file.id, file.last.number, **who(request))
    context = {
        "row": row(file),
        "content": content,
        "paragraphs": paragraphs(content, stopping),
        "heads": heads(content, file),
        "stops": len(stopping),
        "stopping": stop_rows(request.user, found.reference, file, content, stopping),
        "since": since,
        "seen": seen,
        "changed": change_rows(changed, content_of(file.id, since), content) if changed else (),
        "history": _history(file),
        "deliveries": _deliveries(found, file),
        "word": one_word(found.page.state, file, file.delivery) if file.delivery else [],
        "refused": form,
        "stands": list(since_release(found.page.state, file)) if file.state == RELEASED else [],
        "both": list(both_decisions(file)),
        **_next(request, file),
        "left_out": left_out(found.page.state, request.user) if file.state in OPEN else [],
        **(_hands(request, found, file, content) if file.state in OPEN else {}),
    }
    return show(request, "diplomacy/note.html", found.page, HERE | context, 422 if form else 200)


def _hands(request: Request, found: Notes, file: NoteFile, content: Content) -> dict[str, Any]:
    """By whose hand it is, and what whoever approves it must know of what it says."""
    names = paragraph_names(content)
    return {
        "written": list(written_in(found.page.state, file, content)),
        "writers": writers(file),
        "own_law": list(own_law(found.page.state, file, content)),
        "signers": signers(content, read_by(found.page.state, content)),
        "disputed": [(one, names[one], said) for one, said in disputed_in(found.page.state, content)],
        "alone": [fact_words(key, reading()) for key in of_one_person(found.page.state, content)],
        **silent_on(request.user, found.reference, found.page.state, file, content),
    }


def _next(request: Request, file: NoteFile) -> dict[str, Any]:
    """What whoever reads it may do with it now."""
    actor = actor_of(request.user)
    refusal = why_not_approve(file, actor) if file.state == SUBMITTED else ""
    mine = file.state in (SUBMITTED, APPROVED) and wrote(file, actor)
    others = [file.step] if file.step else sorted(who_decides(file.organ, "release"))
    return {
        "others": ", ".join(charged(role) for role in others) if mine else "",
        "may_edit": file.state == DRAFT and can(request.user, "draft", "note"),
        "may_approve": file.state == SUBMITTED and not refusal,
        "refusal": refusal,
        "may_send_back": file.state in (SUBMITTED, APPROVED) and _decides(request, file, "approve"),
        "may_release": file.state == APPROVED and not mine and _decides(request, file, "release"),
        "proved": file.delivery is not None and file.delivery.body["outcome"] == "received",
        "may_deliver": file.state == RELEASED and can(request.user, "deliver", "note"),
        "steps": [
            (charged(step), _approval(file.approvals[place]) if place < len(file.approvals) else None)
            for place, step in enumerate(file.steps)
        ],
    }


def _decides(request: Request, file: NoteFile, verb: str) -> bool:
    return can(request.user, verb, "note") and request.user.role in who_decides(file.organ, verb)


def _approval(item: Item) -> dict[str, str]:
    """Who gave it and when, on the clock of the ministry."""
    there = at_the_ministry(item.recorded)
    return {"who": who_words(item.actor), "when": f"{day_words(there.date())}, {there:%H:%M} ({there.tzinfo})"}


def _history(file: NoteFile) -> list[dict[str, Any]]:
    return [
        {"version": one, "how": HOW[one.how], "who": who_words(one.by), "when": moment_words(one.item.recorded)}
        for one in reversed(file.versions)
    ]


def _deliveries(found: Notes, file: NoteFile) -> list[dict[str, Any]]:
    rows = [*(_delivery(found, file, one) for one in file.deliveries), *map(mailed, file.mails.values())]
    return sorted(rows, key=lambda one: one["item"].seq)


def _delivery(found: Notes, file: NoteFile, item: Item) -> dict[str, Any]:
    body, alone = item.body, one_word(found.page.state, file, item)
    return {
        "item": item,
        "way": WAYS[body["channel"]],
        "outcome": OUTCOMES[body["outcome"]],
        "tone": {"received": "care" if alone else "go", "handed_over": "care"}.get(body["outcome"], "stop"),
        "alone": alone,
        "when": happened_words(item.happened),
        "who": who_words(item.actor),
    }


def mailed(mail: Mail) -> dict[str, Any]:
    """A note by e-mail of record, in words."""
    return {
        "item": mail.item,
        "way": WAYS["email"],
        "outcome": MAILED[mail.state],
        "tone": {"failed": "stop", "held": "stop"}.get(mail.state, "care"),
        "when": happened_words(mail.item.happened),
        "who": who_words(mail.item.actor),
    }


@require_safe
@faults_shown
def paper(request: Request, reference: str, note: UUID, form: str) -> HttpResponse:
    """The note as Word or PDF: a draft is marked so; a released one byte for byte as it went out."""
    if form not in MEDIA:
        raise Http404
    file = draft_of(notes_of(reference), note, request)
    data = released_paper(file.id, MEDIA[form]) if file.state == RELEASED else None
    if data is None:
        data = _draft_paper(content_of(file.id, file.last.number), form)
    name = f"{reference}-{_('note')}-{file.number.replace('/', '-') or file.last.number}.{form}"
    return HttpResponse(
        data, content_type=MEDIA[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _draft_paper(content: Content, form: str) -> bytes:
    if form == "pdf":
        return typeset.pdf(content, "", "draft")
    from inviolable.diplomacy.paper import word  # With what it needs, it is loaded when somebody asks for it.

    return word.docx(content, "", "draft")
