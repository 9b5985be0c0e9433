"""The pages on which something is done with a note: its approval and release, its delivery, an oral démarche."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inviolable.counsel.page import Request, faults_shown
from inviolable.diplomacy.drafting.writing import redrafted, refreshed
from inviolable.diplomacy.file import NoteFile
from inviolable.diplomacy.life import actions
from inviolable.diplomacy.life.mailing import UNDER_WAY, address_of_record, decide
from inviolable.diplomacy.life.mailing import mail as send_by_mail
from inviolable.diplomacy.life.series import release
from inviolable.diplomacy.pages.acting_forms import Delivery, Demarche, Mailing, Step
from inviolable.diplomacy.pages.page import Notes, draft_of, note_of, notes_of, who
from inviolable.diplomacy.pages.views import HERE, mailed, shown
from inviolable.diplomacy.versions import content_of
from inviolable.incidents.page import show
from inviolable.incidents.writing import written
from inviolable.posts.roles import can

#: What is done -> what one must be allowed to.
VERBS = {
    "submit": "draft",
    "refresh": "draft",
    "redraft": "draft",
    "approve": "approve",
    "send_back": "approve",
    "drop": "draft",
    "release": "release",
}


@require_POST
@faults_shown
def step(request: Request, reference: str, note: UUID) -> HttpResponse:
    """Submit it, approve it, send it back, drop it, release it."""
    found = notes_of(reference)
    file, form = draft_of(found, note, request), Step(request.POST)
    if form.is_valid() and not can(request.user, VERBS[form.cleaned_data["do"]], "note"):
        raise PermissionDenied

    def take() -> None:
        try:
            _do()
        except actions.Stopped:
            form.add_error(None, _("It was not done: what stops it stands below, and who may put it right."))

    def _do() -> None:
        given, by = form.cleaned_data, who(request)
        match given["do"]:
            case "submit":
                actions.submit(reference, file.id, **by)
            case "refresh" | "redraft":
                state, content = found.page.state, content_of(file.id, given["version"])
                anew = given["do"] == "redraft"
                content = redrafted(state, content, request.now) if anew else refreshed(state, content)
                actions.revise(reference, file.id, given["version"], content, "redrafted", **by)
            case "approve":
                actions.approve(reference, file.id, given["version"], **by)
            case "send_back":
                actions.send_back(reference, file.id, given["why"], **by)
            case "drop":
                actions.drop(reference, file.id, given["why"], **by)
            case "release":
                release(reference, file.id, **by)

    if written(form, take):
        return redirect("diplomacy:note", reference, note)
    found = notes_of(reference)  # Somebody else may have taken the step meanwhile.
    return shown(request, found, draft_of(found, note, request), form)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def deliver(request: Request, reference: str, note: UUID) -> HttpResponse:
    """What became of a released note by one channel."""
    found = notes_of(reference)
    file = note_of(found, note)
    form = Delivery(found.page, request, file)

    def take() -> None:
        given = form.cleaned_data
        told = {name: given[name] for name in ("to", "place", "proof", "said")}
        way, outcome = given["way"], given["outcome"]
        actions.deliver(reference, file.id, way, outcome, **told, happened=form.told(), **who(request))

    if form.is_bound and written(form, take):
        return redirect("diplomacy:note", reference, note)
    context = HERE | {"form": form, "note": file} | _by_mail(found, file)
    return show(request, "diplomacy/deliver.html", found.page, context, 422 if form.is_bound else 200)


def _by_mail(found: Notes, file: NoteFile) -> dict[str, Any]:
    """How a note stands by e-mail of record: what became of the last one, and what can be done."""
    message, last = next(reversed(file.mails.items()), ("", None))
    content = content_of(file.id, file.last.number)
    return {
        "mail": mailed(last) if last else None,
        "held": message if last and last.state == "held" else "",
        "under_way": last is not None and last.state in UNDER_WAY,
        "address": address_of_record(found.page.state, file) if file.released else "",
        "addressee": content.addressee.get(content.language, ""),
        "turn": len(file.mails) + 1,
    }


@require_POST
@faults_shown
def mail(request: Request, reference: str, note: UUID) -> HttpResponse:
    """Send a released note to its address of record, or decide on one that may have gone out."""
    found = notes_of(reference)
    file, form = note_of(found, note), Mailing(request.POST)

    def take() -> None:
        given, by = form.cleaned_data, who(request)
        if given["do"] == "send":
            send_by_mail(reference, file.id, given["to"], given["turn"] or 0, **by)
        else:
            decide(reference, file.id, given["message"], went=given["do"] == "went", **by)

    if written(form, take):
        return redirect("diplomacy:note", reference, note)
    found = notes_of(reference)  # Somebody else may have taken the step meanwhile.
    return shown(request, found, draft_of(found, note, request), form)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def demarche(request: Request, reference: str) -> HttpResponse:
    """What was said to the other side, and what they answered."""
    found = notes_of(reference)
    form = Demarche(found.page, request)

    def take() -> None:
        told = {name: form.cleaned_data[name] for name in ("by", "to", "said", "answer")}
        actions.record_demarche(reference, told, happened=form.told(), **who(request))

    if form.is_bound and written(form, take):
        return redirect("diplomacy:notes", reference)
    return show(request, "diplomacy/act.html", found.page, HERE | {"form": form}, 422 if form.is_bound else 200)
