"""The pages on which an incident is read: it is shown as its entries tell it, and each entry is one click away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from inviolable.counsel import record
from inviolable.counsel.opinion import as_of_words, door_on, opinion_on, result_words, when_words
from inviolable.counsel.page import (
    Request,
    all_of,
    answer_in_json,
    faults_in_json,
    faults_shown,
    home,
    inquiry_at,
    reading,
    unexpected,
    without_paths,
)
from inviolable.incidents import models
from inviolable.incidents.again import recompute
from inviolable.incidents.case import case_of, is_at_home
from inviolable.incidents.lookup import list_incidents
from inviolable.incidents.models import Incident
from inviolable.incidents.page import (
    OTHERWISE,
    Page,
    days_of,
    existing,
    show,
    told_to_the_law,
)
from inviolable.incidents.picture import counted, of_the_post, picture, stale_findings
from inviolable.incidents.proof import standing
from inviolable.incidents.terms import FIRST, Finding, Obligation
from inviolable.incidents.timeline_views import told, without_messages
from inviolable.incidents.wording import (
    charged,
    in_own_language,
    mark_of,
    moment_words,
    people_words,
)
from inviolable.incidents.writing import acts_for
from inviolable.law.faults import Faulty
from inviolable.law.lawfile import LANGUAGES, Pack
from inviolable.posts.roles import can

ON_A_PAGE = 100
LATEST = 5


# ---- the list ----------------------------------------------------------------------------------


@require_safe
@faults_shown
def all_incidents(request: Request) -> HttpResponse:
    """Every incident with its answer at the door and what is still to be done."""
    pages = Paginator(list_incidents(request.user), 20)
    sheet = pages.get_page(request.GET.get("page"))
    open_tasks = Counter(models.Obligation.objects.filter(closed_by=None).values_list("incident_id", flat=True))
    rows = [_row(incident) | {"to_do": open_tasks[incident.pk]} for incident in sheet]
    may_open = can(request.user, "open", "incident")
    return render(request, "incidents/list.html", {"rows": rows, "sheet": sheet, "may_open": may_open})


def _row(incident: Incident) -> dict[str, Any]:
    row: dict[str, Any] = {"incident": incident, "mark": mark_of(incident)}
    record.decided(home())  # A fault of the installation is no fault of one incident.
    try:
        state = told_to_the_law(incident)
        if is_at_home(state):
            return row | {"at_home": True}
        case = case_of(state)
        return row | {"case": case, "when": when_words(case.occurred), "door": door_on(case, home(), reading())}
    except Faulty as faulty:
        return row | {"faults": without_paths(faulty.faults)}
    except Exception as error:
        return row | {"faults": (unexpected(incident.reference, error),)}


# ---- one incident ------------------------------------------------------------------------------


@require_safe
@faults_shown
def overview(request: Request, reference: str) -> HttpResponse:
    """What one must know at once: the answer at the door, what is to be done, what there is, how far it is verified."""
    page = existing(reference)
    state = page.state
    facts = [picture(state, part, reading()) for part in state.parts]
    alive = [person for person in state.people.values() if person.erased is None]
    return show(
        request,
        "overview.html",
        page,
        {
            "here": "overview",
            "standing": standing(page.entries),
            "closed": moment_words(page.incident.closed) if page.incident.closed else "",
            "acts": acts_for(request.user, page),
            "parts": [_part(page, part) for part in state.parts],
            "tasks": [_task(one, request.now) for one in state.still_open()],
            "confirmed": sum(len(one.confirmed) for one in facts),
            "contested": [fact for one in facts for fact in one.contested],
            "stale": sum(len(stale_findings(state, part, reading())) for part in state.parts),
            "counted": counted(state, reading()),
            "people": [people_words(*one) for one in sorted(Counter(person.capacity for person in alive).items())],
            "erased": len(state.people) - len(alive),
            "latest": list(told(page, without_messages(page.state.timeline)[-LATEST:]))[::-1],
        },
    )


def _task(one: Obligation, now: datetime) -> dict[str, Any]:
    return {
        "id": one.name.partition("/")[2],
        "what": in_own_language(one.words, one.what),
        "who": charged(one.to),
        "due": moment_words(one.due) if one.due else "",
        "late": one.due is not None and one.due < now,
        "seq": one.opened_by,
    }


def _part(page: Page, part: str) -> dict[str, Any]:
    state = page.state
    if is_at_home(state):
        return {"part": state.parts[part], "at_home": True}
    try:
        door = door_on(case_of(state, part), home(), reading())
        otherwise = [said for say in OTHERWISE if (said := say(page, part))]
        return {"part": state.parts[part], "door": door, "otherwise": otherwise}
    except Faulty as faulty:
        if not all_of(faulty, f"{state.reference}.toml"):
            raise
        return {"part": state.parts[part], "faults": without_paths(faulty.faults)}


@require_safe
@faults_shown
def law(request: Request, reference: str) -> HttpResponse:
    """What the law says of one part as known on one day, and why."""
    page = existing(reference)
    part, as_of = request.GET.get("part", FIRST), request.GET.get("as_of", "")
    choice = {"here": "law", "chosen": part, "as_of_chosen": as_of, "days": days_of(page.state, part)}
    try:
        case = case_of(page.state, part, as_of)
        opinion = opinion_on(case, home(), reading())
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
        "picture": picture(page.state, part, reading()),
        "of_the_post": of_the_post(page.state, reading()),
    }
    return show(request, "facts.html", page, context)
