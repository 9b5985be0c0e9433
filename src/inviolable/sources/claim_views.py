"""The pages on which people say what a source says, and decide what of that stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inviolable.counsel.page import Request, faults_shown
from inviolable.incidents.page import show
from inviolable.incidents.writing import written
from inviolable.posts.actions import Refused
from inviolable.posts.roles import can
from inviolable.sources import actions
from inviolable.sources.forms import Decision, Said
from inviolable.sources.page import Sources, claim_of, place_of, source_of, sources_of, who, words_of, work_on
from inviolable.sources.proposals import Proposal
from inviolable.sources.proposing import Work, anchored
from inviolable.sources.shelf import Source

HERE = {"here": "sources:list"}


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def claim(request: Request, reference: str, source: int) -> HttpResponse:
    """What a source says about one thing."""
    found = sources_of(reference)
    known = source_of(found, source)
    words = words_of(found, known, known.last)
    form = Said(found.page, found.shelf, request.POST if request.method == "POST" else None, words=words)

    def take() -> None:
        told = {"part": form.cleaned_data["part"], "confirmed": _confirms(request)}
        place = anchored(words, form.cleaned_data["raw"])
        actions.claim(reference, known.id, form.told(place), **told, **who(request))

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
    known = found.shelf.sources[old.source]
    words = words_of(found, known, known.versions[old.version])
    form = Said(found.page, found.shelf, request.POST if request.method == "POST" else None, old, words)

    def take() -> None:
        place = anchored(words, form.cleaned_data["raw"], old.anchor)
        actions.correct(reference, old.id, form.told(place, old.rule), **who(request))

    if form.is_bound and written(form, take):
        return redirect(_next(found, old.source, place_of(old.anchor.get("start"), old.key)))
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
        return redirect(_next(found, old.source, place_of(old.anchor.get("start"), old.key)))
    return show(request, "sources/refused.html", found.page, HERE | {"form": form, "source": old.source}, 422)


@require_POST
@faults_shown
def propose(request: Request, reference: str, source: int) -> HttpResponse:
    """Accept what the program proposes, or turn it down."""
    found = sources_of(reference)
    known = source_of(found, source)
    form, meant = Decision(request.POST), list[Proposal]()

    def take() -> None:
        work, proposal = _meant(found, known, request.POST)
        meant.append(proposal)
        if form.cleaned_data["do"] == "accept":
            number = work.version.number
            actions.claim(reference, known.id, work.told(proposal), version=number, confirmed=True, **who(request))
        else:
            actions.turn_down(reference, known.id, work.place(proposal), **who(request))

    if written(form, take):
        return redirect(_next(found, known.id, place_of(meant[0].start, meant[0].fact)))
    return show(request, "sources/refused.html", found.page, HERE | {"form": form, "source": known.id}, 422)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def correct_proposal(request: Request, reference: str, source: int) -> HttpResponse:
    """What a source really says, where the program proposed something else."""
    found = sources_of(reference)
    known = source_of(found, source)
    try:
        work, proposal = _meant(found, known, request.GET)
    except Refused:
        return redirect(_next(found, known.id))
    old = work.told(proposal)
    form = Said(found.page, found.shelf, request.POST if request.method == "POST" else None, old, work.words)

    def take() -> None:
        told: dict[str, Any] = {"version": work.version.number, "part": form.cleaned_data["part"], "confirmed": True}
        new = form.told(anchored(work.words, form.cleaned_data["raw"], old.anchor), old.rule)
        actions.claim(reference, known.id, new, **told, instead_of=work.place(proposal), **who(request))

    if form.is_bound and written(form, take):
        return redirect(_next(found, known.id, place_of(proposal.start, proposal.fact)))
    context = HERE | {"form": form, "source": known, "old": old, "title": _("Correct what it says")}
    return show(request, "sources/claim.html", found.page, context, 422 if form.is_bound else 200)


def _meant(found: Sources, source: Source, given: QueryDict) -> tuple[Work, Proposal]:
    """The proposal that somebody decides on, in the version that they had before them. Raises Refused."""
    number = given.get("version", "")
    version = source.versions.get(int(number) if number.isdecimal() and len(number) < 6 else 0)
    seen = ("key", "value", "start", "end", "polarity", "modality", "speaker")
    meant = tuple(given.get(name, "") for name in seen)
    if version:
        work = work_on(found, source, version)
        for one in work.proposals(found.shelf):
            place = (one.fact, one.value, str(one.start), str(one.end))
            if (*place, one.polarity, one.modality, one.speaker or "") == meant:
                return work, one
    raise Refused("this proposal was decided on already, or is made no more; look at the source again.")


def _confirms(request: Request) -> bool:
    return "confirm" in request.POST and can(request.user, "confirm", "fact")


def _next(found: Sources, source: str, at: str = "") -> str:
    """Back to the source; the page goes on with what waits behind the place that was decided on."""
    query = {"at": at} if at else None
    return reverse("sources:source", args=[found.reference, source], query=query) + "#claims"
