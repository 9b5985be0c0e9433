"""The page on which the legal adviser reviews and signs the law that one note rests on."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from inviolable.counsel.page import Request, faults_shown, home, reading
from inviolable.counsel.reviewing import NotSigned, sign_ticked, to_be_read
from inviolable.diplomacy.drafting.writing import in_force, to_review
from inviolable.diplomacy.pages.page import draft_of, notes_of, row
from inviolable.diplomacy.versions import content_of
from inviolable.incidents.page import show


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def review(request: Request, reference: str, note: UUID) -> HttpResponse:
    """The law behind this note that nobody has reviewed, provision by provision, each to be ticked; signed is what was
    ticked."""
    found = notes_of(reference)
    file = draft_of(found, note, request)
    refusal, status = "", 200
    content = content_of(file.id, file.last.number)
    among = in_force(found.page.state, content)
    if request.method == "POST":
        try:
            sign_ticked(request, among)
        except NotSigned as refused:
            refusal, status = str(refused), refused.status
    waiting = to_review(found.page.state, content)
    if request.method == "POST" and not refusal and not waiting:
        return redirect("diplomacy:note", reference, note)
    packs = to_be_read(home(), waiting, among, reading())
    chapters = [chapter for _volume, chapters in packs for chapter in chapters]
    context = {
        "here": "diplomacy:notes",
        "row": row(file),
        "packs": packs,
        "number": len(chapters),
        "rules": sum(len(chapter.rules) for chapter in chapters),
        "refusal": refusal,
        "signed": len(request.POST.getlist("read")) if request.method == "POST" and not refusal else 0,
    }
    return show(request, "diplomacy/review.html", found.page, context, status)
