"""The page on which what sources say stands side by side, and what of it matters to the law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from inviolable.counsel import record
from inviolable.counsel.opinion import as_of_words
from inviolable.counsel.page import Request, faults_shown, home, reading, without_paths
from inviolable.incidents.case import case_of
from inviolable.incidents.page import show
from inviolable.incidents.terms import FIRST
from inviolable.law.faults import Faulty
from inviolable.sources import lineage
from inviolable.sources.agreement import Row
from inviolable.sources.exchange import record_name, records_on
from inviolable.sources.page import Sources, sources_of, words_by_source
from inviolable.sources.records import moment
from inviolable.sources.report import ORDER, TOLD, Report
from inviolable.sources.shelf import Claim
from inviolable.sources.telling import paragraphs
from inviolable.sources.voices import Voice
from inviolable.sources.wording import KINSHIPS

TONES = {"conflict": "stop", "divergent": "care", "agreed": "go"}
Places = Mapping[tuple[str, int], Claim]


@require_safe
@faults_shown
def agreement(request: Request, reference: str) -> HttpResponse:
    """What to find out first, what the law says under every reading, the matrix, and what needs a second look."""
    found = sources_of(reference)
    part, as_of = request.GET.get("part", FIRST), request.GET.get("as_of", "")
    if part not in found.page.state.parts:
        raise Http404
    records, places = records_on(found.shelf, part)
    choice: dict[str, Any] = {"here": "sources:list", "chosen": part, "as_of_chosen": as_of, "days": _days(found, part)}
    try:
        decided = record.decided(home())
        frame = case_of(found.page.state, part, as_of)
        report = Report(records, frame, reading(), decided.positions, decided.signed, decided.own)
    except Faulty as faulty:
        context = choice | {"faults": without_paths(faulty.faults)}
        return show(request, "sources/agreement.html", found.page, context, status=422)
    voices = report.matrix.voices
    spoken = [row for row in report.matrix.rows if row.values]
    asked, law = _law(report)
    names = {record_name(one): one.id for one in found.shelf.sources.values()}
    context = choice | {
        "asked": asked,
        "law": law,
        "voices": [(report.voice(voice), report.words["kinds"][voice.kind]) for voice in voices],
        "rows": [_row(report, row, places) for row in sorted(spoken, key=lambda row: ORDER.index(row.status))],
        "silent": [report.fact(row.fact) for row in report.matrix.rows if not row.values],
        "checks": [(one.says, [(names[record], record) for record in one.records]) for one in report.checks],
        "claims": len(places),
    }
    return show(request, "sources/agreement.html", found.page, context)


@require_safe
@faults_shown
def roots(request: Request, reference: str) -> HttpResponse:
    """Which sources may have their account from one root: proposals by rule, for a person to confirm."""
    found = sources_of(reference)
    texts = words_by_source(found)
    pages = [
        lineage.Page(one.id, texts[one.id], one.about("language"), moment(one.about("published") or "-"))
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


def _days(found: Sources, part: str) -> list[tuple[str, str]]:
    """The days on which a source came out, from that of the event on: (as asked for, in words)."""
    begun = found.page.state.parts[part].occurred[:10]
    days = {source.about("published")[:10] for source in found.shelf.sources.values()}
    return [(day, as_of_words(day)) for day in sorted(days) if day >= begun]


def _law(report: Report) -> tuple[dict[str, list[str]], list[dict[str, list[str]]]]:
    """What to ask first, and all else that is said of the law: in blocks, each with sentences and a list."""
    blocks, asked = list[dict[str, list[str]]](), dict[str, list[str]]()
    for first, text in paragraphs(report.weighed, report.language, report.signed):
        if not text:
            blocks.append({"said": [], "list": []})
            continue
        blocks[-1]["list" if first else "said"].append(text)
        if first.endswith(". "):
            asked = blocks[-1]
    return asked, [block for block in blocks if block is not asked and (block["said"] or block["list"])]


def _row(report: Report, row: Row, places: Places) -> dict[str, Any]:
    return {
        "fact": report.fact(row.fact),
        "status": report.words["statuses"][row.status],
        "tone": TONES.get(row.status, ""),
        "told": list(_relations(report, row)),
        "cells": [list(_cell(report, row, voice, places)) for voice in report.matrix.voices],
    }


def _cell(report: Report, row: Row, voice: Voice, places: Places) -> Iterator[tuple[str, list[Claim]]]:
    """Each value that one voice gives, and the claims in which it does."""
    for held in row.values:
        said = [places[one.record.id, one.claim.place] for one in held.statements if one.voice == voice]
        if said:
            yield report.said(held), said


def _relations(report: Report, row: Row) -> Iterator[tuple[str, list[str]]]:
    """Which values cannot both be true, which came later, which are the same in other words."""
    shown = {held.value: report.said(held) for held in row.values}
    for word in dict.fromkeys(TOLD.values()):
        pairs = [f"{shown[one.a]} / {shown[one.b]}" for one in row.relations if TOLD.get(one.relation) == word]
        if pairs:
            yield report.words["report"][word], pairs
