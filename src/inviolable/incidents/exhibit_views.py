"""The pages of exhibits: what was recorded of each, taking one in, handing the sealed bytes out, erasing."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inviolable.counsel.page import Request, faults_shown
from inviolable.incidents import forms, terms
from inviolable.incidents.erasing import asked_for, erase_exhibit
from inviolable.incidents.exhibiting import called
from inviolable.incidents.page import Page, actor_of, existing, show
from inviolable.incidents.recording_views import device_words
from inviolable.incidents.terms import Item
from inviolable.incidents.wording import CONSENTS, FIELDS, GRADES, moment_words, who_words
from inviolable.incidents.writing import written
from inviolable.ledger import exhibits, subjects
from inviolable.ledger.actions import objects, subject_keys
from inviolable.ledger.moments import read
from inviolable.ledger.upload import Upload, streamed

#: What a browser may claim a file to be.
MEDIA = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)


@require_safe
@faults_shown
def every(request: Request, reference: str) -> HttpResponse:
    """Every exhibit and every recording."""
    page = existing(reference)
    erased = _erased(page)
    rows = [_row(page, one, erased) for one in page.state.exhibits.values()]
    recordings = [(one, device_words(one)) for one in page.state.recordings.values()]
    context = {"here": "exhibits", "rows": rows, "recordings": recordings}
    return show(request, "exhibits.html", page, context)


def _row(page: Page, one: terms.Exhibit, erased: dict[str, Item]) -> dict[str, Any]:
    """An exhibit in words. Its own name is sealed: it goes by its place and what it is said to be."""
    origin = page.state.exhibits.get(one.body.get("derived_from", ""))
    told = called(page.state)[one.id]
    return {
        "exhibit": one,
        "name": _name(page, one),
        "how": told.how,
        "graded": told.how == str(GRADES[one.body["grade"]]),
        "consent": CONSENTS[one.body["consent"]],
        "origin": origin,
        "origin_name": _name(page, origin) if origin else "",
        "erased": erased.get(one.id),
        "keep_until": moment_words(read(one.body["keep_until"])) if "keep_until" in one.body else "",
    }


def _name(page: Page, one: terms.Exhibit) -> str:
    number = list(page.state.exhibits).index(one.id) + 1
    return f"{_('Exhibit %(number)s') % {'number': number}} · {called(page.state)[one.id].what}"


def _erased(page: Page) -> dict[str, Item]:
    """By what was erased: the entry that says so."""
    return {item.body["subject"]: item for item in page.state.timeline if item.kind == "subject.erased"}


def _existing(page: Page, exhibit: UUID) -> terms.Exhibit:
    one = page.state.exhibits.get(str(exhibit))
    if one is None:
        raise Http404
    return one


@require_safe
@faults_shown
def one(request: Request, reference: str, exhibit: UUID) -> HttpResponse:
    """What was recorded of one exhibit, and who opened it."""
    page = existing(reference)
    return _shown(request, page, _existing(page, exhibit))


def _shown(
    request: Request,
    page: Page,
    found: terms.Exhibit,
    fetching: forms.Reason | None = None,
    erasing: forms.Reason | None = None,
) -> HttpResponse:
    timeline, erased = page.state.timeline, _erased(page)
    asked = asked_for(page.state, found.id, request.now)
    received = timeline[found.seq]
    context = {
        "here": "exhibits",
        "row": _row(page, found, erased),
        "received": (moment_words(received.recorded), who_words(received.actor)),
        "measured": next((one.body for one in reversed(timeline) if _measures(one, found)), None),
        "sealed": [str(FIELDS.get(name, name)) for name in received.sealed],
        "openings": [
            (timeline[seq], moment_words(timeline[seq].recorded), who_words(timeline[seq].actor))
            for seq in found.opened
        ],
        "fetching": fetching or forms.Reason(auto_id="fetch_%s"),
        "erasing": erasing or forms.Erasing(auto_id="erase_%s"),
        "asked": asked and (who_words(asked.actor), moment_words(asked.recorded), asked.body["reason"]),
    }
    # Of what was erased there is nothing left to fetch, or to erase again; the page says so.
    refused = 410 if found.id in erased else 422
    return show(request, "exhibit.html", page, context, refused if fetching or erasing else 200)


def _measures(item: Item, exhibit: terms.Exhibit) -> bool:
    return item.kind == "exhibit.measured" and bool(item.body["exhibit"] == exhibit.id)


@streamed
@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def add(request: Request, reference: str, upload: Upload | None) -> HttpResponse:
    """Take one file in: hashed, sealed and stored while it arrives."""
    page = existing(reference)
    if request.method != "POST" and page.incident.closed:
        return redirect("incidents:exhibits", reference)
    form = forms.Exhibit(page, request)
    taken: list[str] = []
    if form.is_bound:
        if page.incident.closed:
            form.add_error(None, _("The incident is closed; reopen it first."))
        elif upload is None or not upload.name:
            form.add_error(None, _("Choose a file."))
        elif written(form, lambda: taken.append(_take(request, page, form, upload))):
            return redirect("incidents:exhibit", reference, taken[0])
    return show(
        request, "exhibit_add.html", page, {"here": "exhibits", "form": form}, status=422 if form.is_bound else 200
    )


def _take(request: Request, page: Page, form: forms.Exhibit, upload: Upload) -> str:
    given = form.cleaned_data
    about = exhibits.About(
        given["grade"],
        consent=given["consent"],
        name=upload.name[:200],
        giver=given["giver"],
        description=given["description"],
        media=upload.content_type if MEDIA.fullmatch(upload.content_type) else "",
        source=given["source"],
        part=given["part"],
    )
    intake = exhibits.Intake(page.incident.stream, about, actor=actor_of(request.user), now=request.now)
    upload.into(intake)
    return str(intake.finish(request.clock()).body["exhibit"])


@require_POST
@faults_shown
def fetch(request: Request, reference: str, exhibit: UUID) -> HttpResponseBase:
    """The sealed bytes, or the sealed key that opens them. Whoever holds no key of headquarters can read neither."""
    page = existing(reference)
    found = _existing(page, exhibit)
    form = forms.Reason(request.POST, auto_id="fetch_%s")
    of_key = request.POST.get("what") == "key"
    store, name = (
        (subject_keys(), subjects.key_name(found.id)) if of_key else (objects(), exhibits.object_name(found.id))
    )
    said: dict[str, Any] = {"actor": actor_of(request.user), "now": request.now}

    def note() -> None:
        store.size(name)
        exhibits.note_opening(page.incident.stream, found.id, form.cleaned_data["reason"], "fetched", **said)

    if not written(form, note):
        return _shown(request, page, found, fetching=form)
    file = f"{found.id}.key.age" if of_key else f"{found.id}.age"
    answer = FileResponse(store.read(name), as_attachment=True, filename=file, content_type="application/octet-stream")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@faults_shown
def erase(request: Request, reference: str, exhibit: UUID) -> HttpResponse:
    """Destroy the key of an exhibit, in every copy, where two people want it; what was recorded of it stays."""
    page = existing(reference)
    found = _existing(page, exhibit)
    form = forms.Erasing(request.POST, auto_id="erase_%s")
    if held := page.state.holds.values():
        form.add_error(None, _("A legal hold stands (%(why)s); lift it first.") % {"why": "; ".join(held)})
    said: dict[str, Any] = {"actor": actor_of(request.user), "now": request.now}

    def take() -> None:
        erase_exhibit(reference, found.id, form.cleaned_data["reason"], **said)

    if not form.errors and written(form, take):
        return redirect("incidents:exhibit", reference, exhibit)
    return _shown(request, page, found, erasing=form)
