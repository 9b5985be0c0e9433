"""The pages on which people say what a source says, and decide what of that stands."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inviolable.counsel.page import Request, faults_shown
from inviolable.incidents.page import show
from inviolable.incidents.writing import written
from inviolable.sources import actions
from inviolable.sources.forms import Decision, Said
from inviolable.sources.page import Sources, claim_of, source_of, sources_of, who

HERE = {"here": "sources:list"}


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def claim(request: Request, reference: str, source: int) -> HttpResponse:
    """What a source says about one thing."""
    found = sources_of(reference)
    known = source_of(found, source)
    form = Said(found.page, found.shelf, request.POST if request.method == "POST" else None)

    def take() -> None:
        told = {"part": form.cleaned_data["part"], "confirmed": "confirm" in request.POST}
        actions.claim(reference, known.id, form.told(), **told, **who(request))

    if form.is_bound and written(form, take):
        return redirect("sources:source", reference, source)
    context = HERE | {"form": form, "source": known, "title": _("Record what it says")}
    return show(request, "sources/claim.html", found.page, context, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def correct(request: Request, reference: str, claim: int) -> HttpResponse:
    """What a source really says, in place of a claim."""
    found = sources_of(reference)
    old = claim_of(found, claim)
    form = Said(found.page, found.shelf, request.POST if request.method == "POST" else None, old)

    def take() -> None:
        actions.correct(reference, old.id, form.told(dict(old.anchor), old.rule), **who(request))

    if form.is_bound and written(form, take):
        return redirect("sources:source", reference, old.source)
    known = found.shelf.sources[old.source]
    context = HERE | {"form": form, "source": known, "old": old, "title": _("Correct what it says")}
    return show(request, "sources/claim.html", found.page, context, 422 if form.is_bound else 200)


@require_POST
@faults_shown
def decide(request: Request, reference: str, claim: int) -> HttpResponse:
    """Accept a claim or reject it."""
    found = sources_of(reference)
    old = claim_of(found, claim)
    form = Decision(request.POST)

    def take() -> None:
        if form.cleaned_data["do"] == "accept":
            actions.confirm(reference, old.id, **who(request))
        else:
            actions.reject(reference, old.id, why=form.cleaned_data["why"], **who(request))

    if written(form, take):
        return redirect(_next(found, old.source))
    return show(request, "sources/refused.html", found.page, HERE | {"form": form, "source": old.source}, 422)


def _next(found: Sources, source: str) -> str:
    """Back to the source; the page goes on with the claim that waits next."""
    return reverse("sources:source", args=[found.reference, source]) + "#claims"
