"""The page on which the legal adviser reviews and signs the law that one note rests on."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from inviolable.counsel.library import chapters_of
from inviolable.counsel.page import Request, faults_shown, home, reading
from inviolable.counsel.reviewing import NotSigned, sign_ticked
from inviolable.diplomacy.page import draft_of, notes_of, row
from inviolable.diplomacy.versions import content_of
from inviolable.diplomacy.writing import held
from inviolable.incidents.page import show


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def review(request: Request, reference: str, note: UUID) -> HttpResponse:
    """The provisions behind this note that nobody has reviewed, each to be ticked; signed is what was ticked."""
    found = notes_of(reference)
    file = draft_of(found, note, request)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            sign_ticked(request)
        except NotSigned as refused:
            refusal, status = str(refused), refused.status
    unreviewed = held(found.page.state, content_of(file.id, file.last.number)).unreviewed
    waiting = {cite for cites in unreviewed.values() for cite in cites}
    if request.method == "POST" and not refusal and not waiting:
        return redirect("diplomacy:note", reference, note)
    context = {
        "here": "diplomacy:notes",
        "row": row(file),
        "packs": chapters_of(home(), waiting, reading()),
        "number": len(waiting),
        "refusal": refusal,
        "signed": len(request.POST.getlist("read")) if request.method == "POST" and not refusal else 0,
    }
    return show(request, "diplomacy/review.html", found.page, context, status)
