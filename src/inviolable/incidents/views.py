"""The pages on which an incident is read: it is shown as its entries tell it, and each entry is one click away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from inviolable.counsel import record
from inviolable.counsel.clocks import as_of_words
from inviolable.counsel.opinion import opinion_on
from inviolable.counsel.page import (
    Request,
    all_of,
    answer_in_json,
    faults_in_json,
    faults_shown,
    home,
    inquiry_at,
    reading,
    without_paths,
)
from inviolable.counsel.terms import Opinion
from inviolable.counsel.wording import result_words
from inviolable.incidents.again import recompute
from inviolable.incidents.brief import to_do_words
from inviolable.incidents.case import case_of
from inviolable.incidents.desk import REFERENCE
from inviolable.incidents.doors import AtDoor, doors_of, opinions_of
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.known import known, unknown
from inviolable.incidents.made import made_once, version_of
from inviolable.incidents.page import (
    OTHERWISE,
    PANELS,
    Page,
    days_of,
    existing,
    framed,
    show,
)
from inviolable.incidents.picture import counted, of_the_post, picture, stale_findings
from inviolable.incidents.proof import standing
from inviolable.incidents.short import happened, is_over
from inviolable.incidents.terms import FIRST, OTHERWISE_SAID_IN, Finding, Item, Obligation
from inviolable.incidents.timeline_views import told
from inviolable.incidents.withheld import withheld
from inviolable.incidents.wording import (
    MESSAGES,
    charged,
    moment_words,
    people_words,
)
from inviolable.incidents.writing import acts_for
from inviolable.law.faults import Faulty
from inviolable.law.lawfile import LANGUAGES, Pack

LATEST = 5
#: How many facts of a part are seen at once; the others are folded under them.
FIRST_FACTS = 8


# ---- one incident ------------------------------------------------------------------------------


@require_safe
@faults_shown
def overview(request: Request, reference: str) -> HttpResponse:
    """The one true picture: what is known, contested and unknown, what the law says, what is to be done, what there is.

    Whoever looks again and has it already (`X-Live`) is told that nothing has changed, without any of it being made.
    """
    if not REFERENCE.fullmatch(reference):
        raise Http404
    version = version_of(reference, request.now)
    if request.headers.get("X-Live") == version:
        return HttpResponse(status=204)
    page = existing(reference)
    made = _made(request, page, version)
    return show(request, "overview.html", page, {"here": "overview", "shown": version, "made": made})


def _made(request: Request, page: Page, version: str) -> SafeString:
    """The part of the page that changes, made anew only when there is something new."""

    def make() -> SafeString:
        context = framed(request, page) | _picture(request, page)
        return render_to_string("incidents/parts/picture.html", context, request)

    return made_once((version, str(request.user.pk), request.user.role), make)


def _picture(request: Request, page: Page) -> dict[str, Any]:
    state, language = page.state, reading()
    alive = [person for person in state.people.values() if person.erased is None]
    opinions = opinions_of(page.incident, language)
    facts = [_facts(state, part, opinions.get(part)) for part in state.parts]
    tasks = [_task(state, one, request.now) for one in state.still_open()]
    panels = [(one, shown) for one in PANELS if (shown := one.shows(request.user, page)) is not None]
    latest = _latest(state.timeline)
    waits = [(one.at, words) for one, shown in panels if (words := one.asks(shown))]
    return {
        "here": "overview",
        "standing": standing(page.entries, page.broken),
        "closed": moment_words(page.incident.closed) if page.incident.closed else "",
        "over": is_over(state, request.now),
        "happened": happened(state, language),
        "acts": acts_for(request.user, page),
        "parts": [_beside(page, one) for one in doors_of([page.incident], language)[page.incident.stream]],
        "opinion": opinions.get(FIRST),
        "facts": facts,
        "tasks": tasks,
        "to_do": len(tasks) + len(waits),
        "asked": len(facts[0]["asked"]) + facts[0]["more"],
        "confirmed": sum(len(one["known"]) for one in facts),
        "contested": [row for one in facts for row in one["contested"]],
        "stale": sum(len(stale_findings(state, part, language)) for part in state.parts),
        "counted": counted(state, language),
        "people": [people_words(*one) for one in sorted(Counter(person.capacity for person in alive).items())],
        "erased": len(state.people) - len(alive),
        "panels": panels,
        "waits": waits,
        "latest": list(told(page, latest, withheld(request.user, state, latest))),
    }


def _beside(page: Page, one: AtDoor) -> AtDoor:
    """The answer at the door, with what rooms above say of it."""
    if one.door is None or one.part is None:
        return one
    try:
        return replace(one, otherwise=tuple(said for say in OTHERWISE if (said := say(page, one.part.id))))
    except Faulty:
        return one  # The page of the room that says it tells what is wrong.


def _latest(timeline: Sequence[Item]) -> list[Item]:
    """The newest entries, messages left out, the newest first."""
    return list(islice((one for one in reversed(timeline) if not one.kind.startswith(MESSAGES)), LATEST))


def _facts(state: IncidentState, part: str, opinion: Opinion | None) -> dict[str, Any]:
    rows = list(known(state, part, reading()))
    settled = [row for row in rows if len(row.sides) == 1]
    stands = state.confirmed(part)
    asked, more = unknown(opinion, reading())
    return {
        "part": state.parts[part],
        "known": settled,
        "times": len({row.sides[0].recorded for row in settled}) > 1,
        "known_first": settled[:FIRST_FACTS],
        "known_rest": settled[FIRST_FACTS:],
        "contested": [row for row in rows if len(row.sides) > 1],
        "claimed": len({one.key for one in state.claims.values() if one.part == part} - stands.keys()),
        "asked": asked,
        "more": more,
    }


def _task(state: IncidentState, one: Obligation, now: datetime) -> dict[str, Any]:
    return {
        "id": one.name.partition("/")[2] if one.kind == "task.assigned" else "",
        "what": to_do_words(state, one),
        "who": charged(one.to),
        "due": moment_words(one.due) if one.due else "",
        "late": one.due is not None and one.due < now,
        "seq": one.opened_by,
    }


@require_safe
@faults_shown
def law(request: Request, reference: str) -> HttpResponse:
    """What the law says of one part as known on one day, and why."""
    page = existing(reference)
    part, as_of = request.GET.get("part", FIRST), request.GET.get("as_of", "")
    choice = {"here": "law", "chosen": part, "as_of_chosen": as_of, "days": days_of(page.state, part)}
    try:
        case = case_of(page.state, part, as_of)
        # Also of an incident that was opened without a language the page says what to say.
        spoken = replace(case, host_language=case.host_language or OTHERWISE_SAID_IN)
        opinion = opinion_on(spoken, home(), reading())
    except Faulty as faulty:
        if not all_of(faulty, f"{reference}.toml"):
            raise
        return show(request, "law_faulty.html", page, choice | {"faults": without_paths(faulty.faults)}, status=422)
    own = record.own_packs(home())
    kept = [one for one in page.state.findings if one.part == part]
    stale = {one.seq: lost for one, lost in stale_findings(page.state, part, reading())}
    return show(
        request,
        "law.html",
        page,
        choice
        | {
            "case": case,
            "opinion": opinion,
            "as_of": as_of_words(case.as_of),
            "findings": [_kept(one, own) | {"gone": stale.get(one.seq)} for one in reversed(kept)],
            "json_address": _json_address(reference, part, as_of),
            "ask_query": inquiry_at(case, case.day),
        },
    )


def _kept(finding: Finding, own: Sequence[Pack]) -> dict[str, Any]:
    entry = finding.answer["entry"]
    return {
        "finding": finding,
        "words": result_words(entry["answer"], reading()),
        "cites": ", ".join(entry["cites"]),
        "as_of": as_of_words(finding.as_of),
        "recomputed": recompute(finding, own),
    }


def _json_address(reference: str, part: str, as_of: str) -> str:
    told = {"part": part if part != FIRST else "", "as_of": as_of, "lang": reading() if reading() != "en" else ""}
    return reverse("incidents:law-json", args=[reference], query={name: it for name, it in told.items() if it})


@require_safe
def law_json(request: Request, reference: str) -> HttpResponse:
    """Byte for byte what `inviolable assess --json` prints of `inviolable case REF` in this home."""
    page = existing(reference)
    language = request.GET.get("lang", "en")
    if language not in LANGUAGES:
        raise Http404
    try:
        case = case_of(page.state, request.GET.get("part", FIRST), request.GET.get("as_of", ""))
    except Faulty as faulty:
        return faults_in_json(without_paths(faulty.faults), 422)
    return answer_in_json(case, language)


@require_safe
@faults_shown
def facts(request: Request, reference: str) -> HttpResponse:
    """Every fact with each value that anybody gave it, side by side, and who says so."""
    page = existing(reference)
    part = request.GET.get("part", FIRST)
    if part not in page.state.parts:
        raise Http404
    context = {
        "here": "facts",
        "chosen": part,
        "then": request.GET.get("then", ""),
        "picture": picture(page.state, part, reading()),
        "of_the_post": of_the_post(page.state, reading()),
    }
    return show(request, "facts.html", page, context)
