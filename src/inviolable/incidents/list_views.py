"""The list of incidents: found by words and by how they stand, and handed out as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inviolable.counsel.clocks import when_words
from inviolable.counsel.page import Request, faults_shown, reading
from inviolable.counsel.terms import Reviewed
from inviolable.incidents.doors import AtDoor, doors_of
from inviolable.incidents.fold import item_of
from inviolable.incidents.forms import Find
from inviolable.incidents.listing import FORMS, table
from inviolable.incidents.lookup import decoded, shown_to
from inviolable.incidents.models import Incident, Obligation
from inviolable.incidents.picture import item_words
from inviolable.incidents.searching import found_in, places
from inviolable.incidents.wording import kind_words, mark_of
from inviolable.ledger.models import Entry
from inviolable.posts.roles import can

ON_A_PAGE = 20


@require_safe
@faults_shown
def every(request: Request) -> HttpResponse:
    """Every incident, or those that are looked for, with its answer at the door and what is still to be done."""
    form = Find(request.GET)
    incidents, asked = _asked(request, form)
    sheet = Paginator(incidents, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = list(sheet)
    held, left = _places(shown, asked["q"]), _left(shown)
    doors, language = doors_of(shown, reading()), reading()
    rows = [_panel(_row(one, doors[one.stream][0], left[one.pk], held[one.pk], language)) for one in shown]
    query = urlencode({name: value for name, value in asked.items() if value})
    finder = _finder(reading(), **asked) if form.is_valid() else _form(form, asked)
    context = {"rows": rows, "sheet": sheet, "finder": finder, "asked": any(asked.values())}
    context |= {"this_year": request.now.year}
    context |= {"may_open": can(request.user, "open", "incident"), "query": f"{query}&" if query else ""}
    return render(request, "incidents/list.html", context, status=200 if form.is_valid() else 422)


@require_safe
@faults_shown
def export(request: Request, form: str) -> HttpResponse:
    """The same as a table: incidents, never people."""
    if form not in FORMS:
        raise Http404
    incidents, _words = _asked(request, Find(request.GET))
    media, write = FORMS[form]
    return HttpResponse(
        write(table(list(incidents), reading(), request.now)),
        content_type=media,
        headers={"Content-Disposition": f'attachment; filename="{_("incidents")}.{form}"'},
    )


def _asked(request: Request, form: Find) -> tuple[QuerySet[Incident], dict[str, str]]:
    """What a reader asks for, of all that they are shown."""
    asked = form.cleaned_data if form.is_valid() else dict.fromkeys(form.fields, "")
    incidents = shown_to(request.user)
    if asked["state"]:
        incidents = incidents.filter(closed__isnull=asked["state"] == "open")
    if asked["real"]:
        real = Q(status="actual", example=False)
        incidents = incidents.filter(real if asked["real"] == "real" else ~real)
    return found_in(incidents, asked["q"]), asked


def _left(incidents: Sequence[Incident]) -> Counter[Any]:
    """How much is still to be done in each."""
    return Counter(
        Obligation.objects.filter(incident__in=incidents, closed_by=None).values_list("incident_id", flat=True)
    )


class Row(NamedTuple):
    """All that is shown of an incident in the list, in words. to_do: how much is left; places: entries with what was
    looked for."""

    language: str
    reference: str
    called: str
    mark: str
    place: str
    when: str
    tone: str
    answer: str
    reviewed: Reviewed | None
    at_home: bool
    faults: tuple[str, ...]
    closed: bool
    to_do: int
    places: tuple[tuple[int, str], ...]


def _row(incident: Incident, at: AtDoor, to_do: int, places: Sequence[tuple[int, str]], language: str) -> Row:
    place, when = (at.case.place, _when(at.case.occurred, language)) if at.case else ("", "")
    tone, answer, reviewed = (at.door.tone, at.door.words, at.door.reviewed) if at.door else ("", "", None)
    told = (place, when, tone, answer, reviewed, at.at_home, tuple(map(str, at.faults)), incident.closed is not None)
    return Row(language, incident.reference, incident.called, str(mark_of(incident)), *told, to_do, tuple(places))


@lru_cache(maxsize=5_000)
def _when(occurred: tuple[str, str], _language: str) -> str:
    return when_words(occurred)


@lru_cache(maxsize=50)
def _finder(_language: str, **asked: str) -> SafeString:
    return _form(Find(asked), asked)


def _form(form: Find, asked: Mapping[str, str]) -> SafeString:
    return render_to_string("incidents/parts/finder.html", {"form": form, "asked": any(asked.values())})


@lru_cache(maxsize=5_000)
def _panel(row: Row) -> SafeString:
    """A row as it is on the page. What reads the same is made once: of twenty of them that is most of the page."""
    return render_to_string("incidents/parts/row.html", {"row": row})


def _places(incidents: Sequence[Incident], question: str) -> dict[Any, list[tuple[int, str]]]:
    """For each incident the entries in which a word was found, as they are read there."""
    held = places(incidents, question)
    numbers = [number for one in held.values() for number in one]
    lines = Entry.objects.filter(id__in=numbers).values_list("id", "line") if numbers else ()
    told = {number: _told(bytes(line), reading()) for number, line in lines}
    return {name: [told[one] for one in found] for name, found in held.items()}


@lru_cache(maxsize=5_000)
def _told(line: bytes, language: str) -> tuple[int, str]:
    item = item_of(decoded(line))
    return item.seq, f"{kind_words(item.kind)}: {item_words(item, language)}"
