"""The timeline, and each entry with what proves it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from inviolable.counsel.page import Request, faults_shown, reading
from inviolable.incidents.desk import REFERENCE
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.made import made_once, version_of
from inviolable.incidents.page import Page, existing, show
from inviolable.incidents.picture import item_words
from inviolable.incidents.proof import prove, standing
from inviolable.incidents.terms import Item
from inviolable.incidents.withheld import withheld
from inviolable.incidents.wording import (
    FIELDS,
    MESSAGES,
    exact_words,
    happened_words,
    interval_words,
    kind_words,
    moment_words,
    paper_words,
    who_words,
    written_out,
)
from inviolable.ledger.bounds import intervals
from inviolable.ledger.models import Entry, Place

ON_A_PAGE = 50


@require_safe
@faults_shown
def timeline(request: Request, reference: str) -> HttpResponse:
    """Every entry with both clocks, its interval, who and what, and its proof one click away."""
    if not REFERENCE.fullmatch(reference):
        raise Http404
    version, page = version_of(reference, request.now), existing(reference)
    items, whole = page.state.timeline, "messages" in request.GET
    plain = without_messages(page.state)
    sheet = Paginator(items if whole else plain, ON_A_PAGE).get_page(request.GET.get("page"))

    closed = withheld(request.user, page.state, sheet.object_list)

    def make() -> SafeString:
        context = {"sheet": sheet, "rows": list(told(page, list(sheet.object_list), closed)), "whole": whole}
        entries = reverse("incidents:entry", args=[reference, 0]).removesuffix("0/")  # Once for all rows.
        context |= {"entries": entries, "standing": standing(page.entries, page.broken)}
        context |= {"messages": len(items) - len(plain), "query": "messages=yes&" if whole else ""}
        return render_to_string("incidents/parts/entries.html", context, request)

    made = made_once((version, "timeline", str(sheet.number), str(whole), str(sorted(closed))), make)
    return show(request, "timeline.html", page, {"here": "timeline", "made": made})


def without_messages(state: IncidentState) -> list[Item]:
    """What happened, without each message that somebody was called by; what is newer than last time is looked at."""
    known: tuple[int, list[Item]] = state.beside.get("happened", (0, []))
    number, plain = known
    if number < len(state.timeline):
        plain = plain + [one for one in state.timeline[number:] if not one.kind.startswith(MESSAGES)]
        state.beside["happened"] = len(state.timeline), plain
    return plain


def told(page: Page, items: list[Item], closed: Collection[int]) -> Iterator[dict[str, Any]]:
    """Entries in words. closed: the numbers of those that the reader is not shown whole."""
    recorded = [page.entries[item.seq] for item in items]
    numbers = [one.number for one in recorded]
    places = dict(Place.objects.filter(entry_id__in=numbers).values_list("entry_id", "index"))
    placed = [(one.entry, places.get(one.number)) for one in recorded]
    for item, interval in zip(items, intervals(placed), strict=True):
        yield {
            "item": item,
            "what": kind_words(item.kind),
            "details": item_words(item, reading(), whole=item.seq not in closed),
            "happened": happened_words(item.happened),
            "said": "" if written_out(item.happened.said) else item.happened.said,
            "recorded": moment_words(item.recorded),
            "paper": paper_words(item),
            "interval": interval_words(interval),
            "who": who_words(item.actor),
        }


@require_safe
@faults_shown
def entry(request: Request, reference: str, seq: int) -> HttpResponse:
    """One entry as it stands in the record, and what proves it."""
    page = existing(reference)
    if seq >= len(page.entries):
        raise Http404
    recorded = page.entries[seq]
    closed = withheld(request.user, page.state, [page.state.timeline[seq]])
    proof = None if closed else prove(recorded)
    context = {
        "here": "timeline",
        "row": next(told(page, [page.state.timeline[seq]], closed)),
        "closed": closed,
        "line": "" if closed else recorded.line.decode(),
        "leaf": recorded.leaf.hex(),
        "key": Entry.objects.get(id=recorded.number).key,
        "proof": proof,
        "by_hand": proof.by_hand() if proof else [],
        "files": list(proof.files(recorded)) if proof else [],
        "checkpointed": exact_words(proof.checkpoint.made) if proof else "",
        "sealed": [(str(FIELDS.get(name, name)), it) for name, it in page.state.timeline[seq].sealed.items()],
        "before": seq - 1,
        "after": seq + 1 if seq + 1 < len(page.entries) else None,
    }
    return show(request, "entry.html", page, context)


@require_safe
def entry_file(request: Request, reference: str, seq: int, name: str) -> HttpResponse:
    """What somebody else needs to check an entry: it, its proof, the checkpoint, our public key."""
    page = existing(reference)
    size = request.GET.get("size", "")
    if seq >= len(page.entries) or not re.fullmatch("[0-9]{0,15}", size):
        raise Http404
    if withheld(request.user, page.state, [page.state.timeline[seq]]):
        raise PermissionDenied
    recorded = page.entries[seq]
    proof = prove(recorded, int(size) if size else None)
    files = proof.files(recorded) if proof else {"entry.json": recorded.line}
    if name not in files:
        raise Http404
    return HttpResponse(
        files[name],
        content_type="application/json" if name == "entry.json" else "text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
