"""The pages on which sources are read: all of an incident, and one beside what people found in it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from inviolable.counsel.page import Request, faults_shown
from inviolable.incidents.page import show
from inviolable.sources.kinds import DESCRIPTION
from inviolable.sources.page import claim_row, row, source_of, sources_of, words_of
from inviolable.sources.wording import DESCRIBED


@require_safe
@faults_shown
def every(request: Request, reference: str) -> HttpResponse:
    """Every source with who put it out, when, in which language and from whom, and how many claims wait in it."""
    found = sources_of(reference)
    rows = [row(found.shelf, source) for source in found.shelf.sources.values()]
    return show(request, "sources/list.html", found.page, {"here": "sources:list", "rows": rows})


@require_safe
@faults_shown
def one(request: Request, reference: str, source: int) -> HttpResponse:
    """A source beside its claims."""
    found = sources_of(reference)
    known = source_of(found, source)
    asked = request.GET.get("version", "")
    version = known.versions.get(int(asked) if asked.isdecimal() and len(asked) < 6 else 0) if asked else known.last
    if version is None:
        raise Http404
    context = {
        "here": "sources:list",
        "row": row(found.shelf, known),
        "shown": version,
        "described": [
            (DESCRIBED[name], known.about(name), known.found_only(name)) for name in DESCRIPTION if known.about(name)
        ],
        "words": words_of(found, known, version),
        "claims": [claim_row(found.shelf, claim) for claim in found.shelf.of(known.id)],
    }
    return show(request, "sources/source.html", found.page, context)
