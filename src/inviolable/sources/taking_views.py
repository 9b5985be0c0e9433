"""The pages on which documents are taken in and described. Nothing is fetched: people bring what they have."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from inviolable.counsel.page import Request, faults_shown
from inviolable.incidents.page import show
from inviolable.incidents.writing import written
from inviolable.sources import actions
from inviolable.sources.forms import Description, Pasted, Words
from inviolable.sources.page import source_of, sources_of, who
from inviolable.sources.terms import Read

HERE = {"here": "sources:list"}


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def add(request: Request, reference: str) -> HttpResponse:
    """A document of which nothing is here but what is said of it."""
    found = sources_of(reference)
    form, taken = Description(request), list[str]()

    def take() -> None:
        taken.append(actions.receive(reference, form.cleaned_data["kind"], form.said, Read(), **who(request)))

    if form.is_bound and written(form, take):
        return redirect("sources:source", reference, taken[0])
    return show(request, "sources/add.html", found.page, HERE | {"form": form}, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def paste(request: Request, reference: str) -> HttpResponse:
    """The words of a document, as somebody copied them."""
    found = sources_of(reference)
    form, taken = Pasted(request), list[str]()

    def take() -> None:
        read = Read(form.cleaned_data["words"].strip())
        kind, by = form.cleaned_data["kind"], who(request)
        taken.append(actions.receive(reference, kind, form.said, read, seen_as="pasted", **by))

    if form.is_bound and written(form, take):
        return redirect("sources:source", reference, taken[0])
    return show(request, "sources/paste.html", found.page, HERE | {"form": form}, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def describe(request: Request, reference: str, source: int) -> HttpResponse:
    """What is wrong or missing in what is said of a source."""
    found = sources_of(reference)
    known = source_of(found, source)
    form = Description(request, known)

    def take() -> None:
        gone = {name: "-" for name in form.initial if not form.cleaned_data[name]}
        said = form.said | gone | {"kind": form.cleaned_data["kind"]}
        actions.describe(reference, known.id, said, **who(request))

    if form.is_bound and written(form, take):
        return redirect("sources:source", reference, source)
    context = HERE | {"form": form, "source": known}
    return show(request, "sources/describe.html", found.page, context, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def words(request: Request, reference: str, source: int) -> HttpResponse:
    """The words of a source that the program could not read."""
    found = sources_of(reference)
    known = source_of(found, source)
    form = Words(request.POST if request.method == "POST" else None)

    def take() -> None:
        actions.give_words(reference, known.id, known.last.number, form.cleaned_data["words"], **who(request))

    if form.is_bound and written(form, take):
        return redirect("sources:source", reference, source)
    context = HERE | {"form": form, "source": known}
    return show(request, "sources/words.html", found.page, context, 422 if form.is_bound else 200)
