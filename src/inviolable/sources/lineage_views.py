"""The page on which common roots of sources are proposed; a person says from whom each was written."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from inviolable.counsel.page import Request, faults_shown
from inviolable.incidents.page import show
from inviolable.sources import lineage
from inviolable.sources.page import sources_of, words_by_source
from inviolable.sources.proposing import MOST
from inviolable.sources.records import moment
from inviolable.sources.wording import KINSHIPS


@require_safe
@faults_shown
def roots(request: Request, reference: str) -> HttpResponse:
    """Which sources may have their account from one root: proposals by rule, for a person to confirm."""
    found = sources_of(reference)
    texts = words_by_source(found)
    pages = [
        lineage.Page(one.id, texts[one.id][:MOST], one.about("language"), moment(one.about("published") or "-"))
        for one in found.shelf.sources.values()
        if one.id in texts
    ]
    rows = [
        {
            "kind": KINSHIPS[kinship.kind],
            "root": kinship.root,
            "names": kinship.kind == "credit",
            "places": [(found.shelf.sources[one.page], one.quote) for one in kinship.places],
        }
        for kinship in lineage.kinships(pages)
    ]
    return show(request, "sources/lineage.html", found.page, {"here": "sources:list", "rows": rows})
