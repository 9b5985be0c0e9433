"""The pages on which sources are read: all of an incident, and one beside what people found in it."""

from __future__ import annotations

from difflib import ndiff
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from inviolable.counsel import record
from inviolable.counsel.page import Request, all_of, faults_shown, home, reading, without_paths
from inviolable.incidents.page import show
from inviolable.incidents.picture import stale_findings
from inviolable.incidents.terms import FIRST
from inviolable.law.faults import Faulty
from inviolable.posts.roles import can
from inviolable.sources.accounts import Accounts
from inviolable.sources.anchor import Misplaced
from inviolable.sources.kinds import DESCRIPTION
from inviolable.sources.page import (
    Sources,
    about_words,
    claim_row,
    doubt,
    proposal_row,
    row,
    source_of,
    sources_of,
    waiting_in,
    words_of,
    work_on,
)
from inviolable.sources.picture import picture_at
from inviolable.sources.proposals import Proposal
from inviolable.sources.proposing import MOST, Work
from inviolable.sources.shelf import Claim, Source, Version
from inviolable.sources.wording import DESCRIBED


@require_safe
@faults_shown
def every(request: Request, reference: str) -> HttpResponse:
    """Every source with who put it out, when, in which language and from whom, and how many claims wait in it."""
    found = sources_of(reference)
    waiting = waiting_in(found)
    rows = [row(found.shelf, source) | {"waiting": waiting[source.id]} for source in found.shelf.sources.values()]
    return show(request, "sources/list.html", found.page, {"here": "sources:list", "rows": rows})


@require_safe
@faults_shown
def accounts(request: Request, reference: str) -> HttpResponse:
    """What to find out first, what the law says whichever account is right, and who says what of one part.

    fact: of this one alone, every passage.
    """
    found = sources_of(reference)
    part, as_of = request.GET.get("part", FIRST), request.GET.get("as_of", "")
    state, decided = found.page.state, record.decided(home())
    here: dict[str, Any] = {"here": "sources:accounts", "chosen": part, "as_of_chosen": as_of}
    try:
        picture = picture_at(found.page.entries[-1].leaf, state, found.shelf, part, as_of, reading(), decided)
    except Faulty as faulty:
        if not all_of(faulty, f"{reference}.toml"):
            raise
        context = here | {"faults": without_paths(faulty.faults)}
        return show(request, "sources/accounts_faulty.html", found.page, context, status=422)
    told = Accounts(found, picture, part, reading(), request.GET.get("fact", ""))
    back = f"?{urlencode({'part': part, 'as_of': as_of})}"
    if told.fact and not told.rows:
        raise Http404
    if told.fact:
        return show(request, "sources/told.html", found.page, here | {"told": told, "back": back})
    context = here | {
        "told": told,
        "link": f"{back}&fact=",
        "days": told.days,
        "reviewed": told.reviewed(decided),
        "alone": told.alone(decided),
        "stale": stale_findings(state, part, reading()),
    }
    return show(request, "sources/accounts.html", found.page, context)


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
    work, claims = work_on(found, known, version), found.shelf.of(known.id)
    proposals = work.proposals(found.shelf) if can(request.user, "confirm", "fact") else []
    doubted = {one.id for one in claims if one.version == version.number and doubt(one, work.words)}
    rows = [claim_row(found.shelf, one) | {"doubt": one.id in doubted} for one in claims]
    rows += [proposal_row(one) for one in proposals]
    context = {
        "here": "sources:list",
        "row": row(found.shelf, known),
        "shown": version,
        "described": [
            (DESCRIBED[name], about_words(known, name), known.found_only(name))
            for name in DESCRIPTION
            if known.about(name)
        ],
        **_text(work, claims, proposals),
        "unread": "" if work.readable or not work.words else known.about("language") or "?",
        "changed": _changed(found, known, version, work.words),
        "cut": MOST if len(work.words) > MOST else 0,
        "rows": sorted(rows, key=lambda one: one["place"]),
        "waiting": sum("proposal" in one or one["open"] for one in rows),
        "next": _next(found, known.id),
    }
    return show(request, "sources/source.html", found.page, context)


def _text(work: Work, claims: list[Claim], proposals: list[Proposal]) -> dict[str, Any]:
    """The words with every place marked; nothing of them where they are not those that were recorded."""
    try:
        return {"pieces": list(work.pieces(claims, proposals)) if work.words else []}
    except Misplaced as fault:
        return {"pieces": [], "misplaced": str(fault)}


def _changed(found: Sources, source: Source, version: Version, words: str) -> list[tuple[str, str]]:
    """Paragraphs that the version before has not (+) and that this one has no more (-), in their order."""
    before = source.versions.get(version.number - 1)
    if before is None or not words or not (old := words_of(found, source, before)):
        return []
    told = ndiff(old.splitlines(), words.splitlines())
    return [(line[0], line[2:]) for line in told if line[0] in "+-" and line[2:].strip()]


def _next(found: Sources, source: str) -> str:
    """The source after this one; the first again after the last; "" where there is no other."""
    names = list(found.shelf.sources)
    after = names[(names.index(source) + 1) % len(names)]
    return after if after != source else ""
