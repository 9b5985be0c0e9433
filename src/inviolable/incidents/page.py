"""What every page of an incident needs: the incident as its entries tell it, its frame, and who acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from inviolable.counsel.clocks import day_words, stand_at, when_words
from inviolable.counsel.library import post_class_words
from inviolable.counsel.page import Request, reading
from inviolable.counsel.wording import state_names
from inviolable.incidents.case import case_of
from inviolable.incidents.desk import REFERENCE
from inviolable.incidents.fold import IncidentState, fold
from inviolable.incidents.kinds import LEGAL_KINDS
from inviolable.incidents.lookup import decoded, find_incident, shown_to_all, whole
from inviolable.incidents.models import Incident
from inviolable.incidents.place import zone_of
from inviolable.incidents.wording import kind_words, mark_of, moment_words
from inviolable.law.casefile import Case
from inviolable.law.faults import Faulty
from inviolable.ledger.models import Entry
from inviolable.ledger.registry import Recorded
from inviolable.posts.models import User
from inviolable.posts.roles import MAY, can

#: What rooms above add to the menu of an incident: name of the address, which takes the reference, and the words.
TABS: list[tuple[str, Promise]] = []
#: What rooms above say of the answer at the door of a part where they leave it otherwise: in words, and its page.
OTHERWISE: list[Callable[[Page, str], tuple[str, str] | None]] = []
#: What they add to its first page.
PANELS: list[Panel] = []


class Panel(NamedTuple):
    """A section of the first page. shows: what it is to show somebody of an incident, as `panel`; None for nothing.

    at, words: by which it is found from the top of the page. asks: what in it waits for a person, "" for nothing.
    """

    template: str
    shows: Callable[[User, Page], Any]
    at: str
    words: Promise
    asks: Callable[[Any], str] = lambda _shown: ""


@dataclass(frozen=True)
class Page:
    """One incident, whole."""

    incident: Incident
    entries: Sequence[Recorded]
    state: IncidentState
    broken: int | None = None


def existing(reference: str) -> Page:
    """The incident of that reference, or 404."""
    incident = find_incident(reference) if REFERENCE.fullmatch(reference) else None
    if incident is None:
        raise Http404
    found = whole(incident.stream)
    stand_at(zone_of(found.state))
    return Page(incident, found.entries, found.state, found.broken)


def told_to_the_law(incident: Incident) -> IncidentState:
    """The incident as far as the law asks: a few of its entries, however long its recordings are."""
    # In no order: asked for one, SQLite would read all the others.
    rows = Entry.objects.filter(stream=incident.stream, kind__in=LEGAL_KINDS).values_list("seq", "line")
    return fold(decoded(bytes(line)) for _seq, line in sorted(rows))


def known_cases() -> Iterator[Case]:
    """The cases of the newest incidents, for whoever asks the law about their posts; no hidden ones."""
    for incident in shown_to_all()[:20]:
        with suppress(Faulty):  # The page of that incident says what is wrong.
            yield case_of(told_to_the_law(incident))


def show(request: Request, template: str, page: Page, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of an incident under its title and its own menu. template: of this room, or of one above with its name."""
    whole_name = template if "/" in template else f"incidents/{template}"
    return render(request, whole_name, framed(request, page) | context, status=status)


def framed(request: Request, page: Page) -> dict[str, Any]:
    """What every page of an incident says of it."""
    opened = page.state.opened
    first, _sep, last = opened["occurred"].partition("/")
    return {
        "incident": page.incident,
        "state": page.state,
        "mark": mark_of(page.incident),
        "may": {f"{verb}_{thing}": can(request.user, verb, thing) for verb, thing in MAY},
        "when": when_words((first, last or first)),
        "opened": moment_words(page.incident.opened),
        "post": post_class_words(opened["post"].get("class", "")),
        "states": state_names((opened.get("sending", ""), opened.get("receiving", "")), reading()),
        "recorded": _recorded(page, request.GET.get("recorded", "")),
        "tabs": [(name, words, reverse(name, args=[page.incident.reference])) for name, words in TABS],
    }


def _recorded(page: Page, seq: str) -> tuple[int, str] | None:
    """What whoever was sent here has just recorded: the entry, and what kind it is."""
    number = int(seq) if seq.isascii() and seq.isdecimal() and len(seq) < len("1000000000") else -1
    item = page.state.timeline[number] if 0 <= number < len(page.state.timeline) else None
    return (item.seq, kind_words(item.kind)) if item else None


def actor_of(user: User) -> dict[str, str]:
    """Who acts, as entries name them: the role, and an id that names nobody."""
    return user.actor


def days_of(state: IncidentState, part: str) -> list[tuple[str, str]]:
    """The days on which what is known of a part changed: (as a case is asked for, in words)."""
    told = [one.happened for one in state.decisions if one.part == part]
    days = {one.end.astimezone(ZoneInfo(one.zone) if one.zone else UTC).date() for one in told}
    return [(day.isoformat(), day_words(day)) for day in sorted(days)]
