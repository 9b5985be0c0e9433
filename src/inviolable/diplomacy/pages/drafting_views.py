"""The pages on which texts are made and checked: a first draft, its paragraphs, any text at all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inviolable.counsel.page import Request, faults_shown
from inviolable.diplomacy.checks.standing import standing_of_text
from inviolable.diplomacy.drafting.writing import content_for
from inviolable.diplomacy.file import DRAFT
from inviolable.diplomacy.life import actions
from inviolable.diplomacy.pages.drafting_forms import Check, Draft
from inviolable.diplomacy.pages.editing import Edit
from inviolable.diplomacy.pages.held import bytes_of
from inviolable.diplomacy.pages.page import draft_of, notes_of, stop_rows, who
from inviolable.diplomacy.pages.views import HERE
from inviolable.diplomacy.versions import content_of
from inviolable.incidents.page import show
from inviolable.incidents.writing import written
from inviolable.ledger.upload import Upload, streamed
from inviolable.sources.extract import read_document
from inviolable.sources.terms import MOST_BYTES
from inviolable.sources.wording import FAULTS, UNREAD


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def draft(request: Request, reference: str) -> HttpResponse:
    """A first draft out of what is confirmed and found."""
    found = notes_of(reference)
    form, made = Draft(found.page, request), list[str]()

    def take() -> None:
        given = form.cleaned_data
        content = content_for(found.page.state, given["part"], form.told(), given["annexes"])
        made.append(actions.draft(reference, content, **who(request)))

    if form.is_bound and written(form, take):
        return redirect("diplomacy:note", reference, made[0])
    return show(request, "diplomacy/draft.html", found.page, HERE | {"form": form}, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def edit(request: Request, reference: str, note: UUID) -> HttpResponse:
    """The paragraphs of a draft, by hand."""
    found = notes_of(reference)
    file = draft_of(found, note, request)
    if file.state != DRAFT:
        return redirect("diplomacy:note", reference, note)
    content = content_of(file.id, file.last.number)
    form = Edit(content, file.last.number, request)

    def take() -> None:
        given = form.cleaned_data
        actions.revise(reference, file.id, given["base"], form.told(), "typed", why=given["why"], **who(request))

    if form.is_bound and written(form, take):
        return redirect("diplomacy:note", reference, note)
    context = HERE | {"form": form, "note": file}
    return show(request, "diplomacy/edit.html", found.page, context, 422 if form.is_bound else 200)


#: How many characters of a text are checked at once: some seconds of work.
MOST_CHECKED = 100_000


@streamed
@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def check(request: Request, reference: str, upload: Upload | None) -> HttpResponse:
    """Any text of ours, pasted or in a file, through the checks that stop a release. Nothing of it is kept."""
    found = notes_of(reference)
    form = Check(request)
    context: dict[str, Any] = HERE | {"form": form}
    if form.is_bound and form.is_valid():
        text, unread = form.cleaned_data["words"], list[str]()
        if upload is not None and upload.name:
            text, unread = _words_of(form, upload)
        elif not text.strip():
            form.add_error("words", _("Paste a text, or choose a file."))
        if not form.errors:
            day = form.cleaned_data["date"]
            published, language = day.isoformat() if day else "", form.cleaned_data["language"]
            stopping = standing_of_text(found.page.state, text[:MOST_CHECKED], published, language)
            context |= {"left": len(text) - MOST_CHECKED if len(text) > MOST_CHECKED else 0, "most": MOST_CHECKED}
            context |= {"checked": True, "unread": unread, "stops": stop_rows(list(stopping))}
            return show(request, "diplomacy/check.html", found.page, context)
    return show(request, "diplomacy/check.html", found.page, context, 422 if form.is_bound else 200)


def _words_of(form: Check, upload: Upload) -> tuple[str, list[str]]:
    """The words of a file, read in the sandbox, and what of it was not read; what is wrong is said on the form."""
    data = bytes_of(upload)
    if data is None:
        form.add_error(None, _("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2})
        return "", []
    read = read_document(data, whole=True)
    if not read.words:
        form.add_error(None, str(FAULTS[read.reading.get("fault", "no_words")]))
    return read.words, [str(UNREAD[one]) for one in read.unread]
