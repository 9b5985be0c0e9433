"""The page of one recording, and watching it: the server hands out the list, the sealed key and sealed segments only.

Whoever watches says why first; that entry is their ticket (docs/recording.md). What is opened stays in their browser.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from inviolable.counsel.page import Request, faults_shown
from inviolable.incidents import forms
from inviolable.incidents.desk import REFERENCE
from inviolable.incidents.lookup import find_incident
from inviolable.incidents.page import Page, actor_of, existing, show
from inviolable.incidents.terms import Item, Recording
from inviolable.incidents.wording import LAYERS, WATCHING, exact_words, who_words
from inviolable.incidents.writing import written
from inviolable.ledger import canonical, exhibits, slices, subjects
from inviolable.ledger.actions import objects, subject_keys
from inviolable.ledger.erasure import find_subject
from inviolable.ledger.models import Entry, Key, Segment
from inviolable.ledger.moments import read
from inviolable.ledger.moments import written as as_entry
from inviolable.ledger.store import NotInStore, Store, StoreError

#: How long after it was said why a recording may be watched.
VIEWING = timedelta(hours=12)
#: Entries looked at for one answer of the list.
MOST = 2000
#: Gaps that the page lists.
SHOWN = 50
NEWS = ("segment.received", "segments.announced", "recording.ended")


@require_safe
@faults_shown
def one(request: Request, reference: str, recording: UUID) -> HttpResponse:
    """What was recorded of one recording, and who opened it."""
    page = existing(reference)
    return _shown(request, page, _existing(page, recording))


def _existing(page: Page, recording: UUID) -> Recording:
    found = page.state.recordings.get(str(recording))
    if found is None:
        raise Http404
    return found


def _shown(request: Request, page: Page, tape: Recording, opening: forms.Reason | None = None) -> HttpResponse:
    timeline = page.state.timeline
    erased = next((one for one in timeline if one.kind == "subject.erased" and one.body["subject"] == tape.id), None)
    context = {
        "here": "exhibits",
        "tape": tape,
        "device": device_words(tape),
        "begun": (exact_words(timeline[tape.seq].recorded), who_words(timeline[tape.seq].actor)),
        "ended": exact_words(timeline[tape.ended_by].recorded) if tape.ended_by is not None else "",
        "quarantined": [_line(timeline[seq]) for seq in tape.quarantined],
        "openings": [_line(timeline[seq]) for seq in tape.opened],
        "erased": erased,
        "opening": opening or forms.Reason(auto_id="open_%s"),
    }
    refused = 410 if erased else 422
    return show(request, "recording.html", page, context | _filmed(tape), refused if opening else 200)


def device_words(tape: Recording) -> str:
    """What the device is called that made it."""
    key = Key.objects.filter(key=tape.body["device"], role="device").first()
    return key.name if key else str(tape.body["device"])


def _line(item: Item) -> tuple[Item, str, str]:
    return item, exact_words(item.recorded), who_words(item.actor)


def _filmed(tape: Recording) -> dict[str, Any]:
    """What its device said of what it filmed, counted."""
    row = tape.slices()
    came = [one for one in row if one.arrived]
    segments, sizes = Counter[str](), Counter[str]()
    for one in (segment for a_slice in came for segment in a_slice.arrived.values()):
        segments[one.layer] += 1
        sizes[one.layer] += one.sealed_bytes
    holes = [(a, ms) for a, _b, ms in slices.between(came) if ms is None or ms > slices.JOINT]
    return {
        "layers": [(LAYERS.get(name, name), segments[name], sizes[name]) for name in sorted(segments, key=_rank)],
        "came": len(came),
        "announced": len(row) - len(came),
        "first": exact_words(read(came[0].best.wall)) if came else "",
        "last": exact_words(read(came[-1].best.wall)) if came else "",
        "joint": slices.largest_joint(row),
        "holes": [(exact_words(read(a.best.wall)), ms and round(ms / 1000, 1)) for a, ms in holes[:SHOWN]],
        "more_holes": max(0, len(holes) - SHOWN),
    }


def _rank(layer: str) -> int:
    return slices.LAYERS.index(layer) if layer in slices.LAYERS else len(slices.LAYERS)


# ---- watching --------------------------------------------------------------------------------


@require_POST
@faults_shown
def open_one(request: Request, reference: str, recording: UUID) -> HttpResponse:
    """Record that somebody opens it, and why; then let them watch."""
    page = existing(reference)
    tape = _existing(page, recording)
    form = forms.Reason(request.POST, auto_id="open_%s")
    openings: list[int] = []

    def note() -> None:
        find_subject(tape.id)
        why, actor = form.cleaned_data["reason"], actor_of(request.user)
        noted = exhibits.note_opening(page.incident.stream, tape.id, why, "opened", actor=actor, now=request.now)
        openings.append(noted.entry["seq"])

    if not written(form, note):
        return _shown(request, page, tape, form)
    return redirect("incidents:watch", reference, recording, openings[0])


class _Viewing(NamedTuple):
    """One person watches one recording of one incident."""

    stream: str
    recording: str


def _viewing(request: Request, reference: str, recording: UUID, opening: int) -> _Viewing:
    """What this opening lets this person see. Raises PermissionDenied: not theirs, of another recording, too old."""
    incident = find_incident(reference) if REFERENCE.fullmatch(reference) else None
    if incident is None:
        raise Http404
    row = Entry.objects.filter(stream=incident.stream, seq=opening, kind="exhibit.opened").first()
    entry = canonical.decode(bytes(row.line)) if row else {}
    if (
        not entry
        or entry["actor"] != actor_of(request.user)
        or (entry["body"]["exhibit"], entry["body"]["how"]) != (str(recording), "opened")
        or not timedelta(0) <= request.now - read(entry["recorded"]) < VIEWING
    ):
        raise PermissionDenied
    return _Viewing(incident.stream, str(recording))


@require_safe
@faults_shown
def watch(request: Request, reference: str, recording: UUID, opening: int) -> HttpResponse:
    """Where it is opened and played, in the browser of whoever holds an identity."""
    try:
        _viewing(request, reference, recording, opening)
    except PermissionDenied:
        return redirect("incidents:recording", reference, recording)
    page = existing(reference)
    tape = _existing(page, recording)
    context = {
        "here": "exhibits",
        "tape": tape,
        "device": device_words(tape),
        "why": page.state.timeline[opening].body["reason"],
        "opening": opening,
        "words": {name: str(words) for name, words in WATCHING.items()},
    }
    answer = show(request, "watch.html", page, context)
    answer.also_allowed = ("media-src blob:",)  # type: ignore[attr-defined]
    return answer


@require_safe
def listed(request: Request, reference: str, recording: UUID, opening: int) -> HttpResponse:
    """What came after entry `after`: segments, what was announced, that it ended. No entry before it is looked at."""
    viewing = _viewing(request, reference, recording, opening)
    after = request.GET.get("after", "")
    rows = Entry.objects.filter(stream=viewing.stream, seq__gt=int(after) if after.isdecimal() else -1).order_by("seq")
    lines = list(rows.filter(kind__in=NEWS).values_list("seq", "line")[:MOST])
    segments: list[dict[str, Any]] = []
    announced: list[dict[str, Any]] = []
    ended = False
    for entry in (canonical.decode(bytes(line)) for _seq, line in lines):
        body = entry["body"]
        if body["recording"] != viewing.recording:
            continue
        match entry["kind"]:
            case "segment.received":
                segments.append(vars(slices.read_statement(body["statement"])) | {"received": entry["recorded"]})
            case "segments.announced":
                announced += [vars(slices.read_statement(head.rpartition(" ")[0])) for head in body["heads"]]
            case _:
                ended = True
    return JsonResponse(
        {
            "now": as_entry(request.now),
            "after": lines[-1][0] if lines else int(after or -1) if after.isdecimal() else -1,
            "more": "yes" if len(lines) == MOST else "no",
            "ended": "yes" if ended else "no",
            "segments": segments,
            "announced": announced,
        }
    )


@require_safe
def key(request: Request, reference: str, recording: UUID, opening: int) -> HttpResponseBase:
    """The recording's key, sealed to headquarters; gone where it was erased."""
    viewing = _viewing(request, reference, recording, opening)
    return _sealed(subject_keys(), subjects.key_name(viewing.recording))


@require_safe
def segment(request: Request, reference: str, recording: UUID, opening: int, number: int) -> HttpResponseBase:
    """One segment, sealed."""
    viewing = _viewing(request, reference, recording, opening)
    row = Segment.objects.select_related("entry").filter(recording=viewing.recording, number=number).first()
    if row is None:
        raise Http404
    body = canonical.decode(bytes(row.entry.line))["body"]
    return _sealed(objects(), exhibits.object_name(body["segment"]))


def _sealed(store: Store, name: str) -> HttpResponseBase:
    try:
        answer = FileResponse(store.read(name), content_type="application/octet-stream")
    except NotInStore:
        return HttpResponse(status=410)
    except StoreError:
        return HttpResponse(status=503)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
