"""The sheet of a year (scenario 40): incidents, notes and how long they waited, what was repeated, drills, article 36,
and what was erased. Made from the record alone; it counts, and names nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from inviolable.alarm.lookup import drills_held
from inviolable.counsel.page import reading
from inviolable.diplomacy.demands.aging import days_between
from inviolable.diplomacy.demands.book import Book, Note, book
from inviolable.diplomacy.shown import FORMS
from inviolable.documents import sheet as sheets
from inviolable.documents.sheet import Line, Section, Sheet
from inviolable.incidents.fold import item_of
from inviolable.incidents.lookup import decoded, shown_to
from inviolable.incidents.models import Incident
from inviolable.incidents.paper_views import MEDIA
from inviolable.incidents.terms import Item
from inviolable.incidents.wording import moment_words
from inviolable.law.lawfile import LANGUAGES
from inviolable.ledger.models import Entry, Subject
from inviolable.ledger.moments import read
from inviolable.posts.actions import is_example
from inviolable.posts.lookup import ministry_zone

Inside = Callable[[datetime], bool]
#: What notes and what came back are told by.
CORRESPONDENCE = ("note.drafted", "note.released", "note.delivered", "reply.received", "incident.matched")


def year_sheet(year: int, user: Any, now: datetime) -> Sheet:
    """The sheet in the active language, of what a user is shown. year: by the ministry's clock."""
    zone = ministry_zone()

    def inside(moment: datetime) -> bool:
        return moment.astimezone(zone).year == year

    incidents = {one.stream: one for one in shown_to(user).filter(status="actual")}
    told = _told(incidents, (*CORRESPONDENCE, "finding.made"))
    opened = [one for one in incidents.values() if inside(one.opened)]
    return Sheet(
        title=_("The year %(year)s") % {"year": year},
        author="Inviolable",
        lead=_("Made from the record alone, as of %(moment)s. It counts; it names nobody.")
        % {"moment": moment_words(now)},
        foot=str(year),
        mark=_("EXAMPLE") if is_example() else "",
        page=_("page"),
        of=_("of"),
        more=_("… and %d more, in the record"),
        sections=(
            Section(_("Incidents"), tuple(_incidents(opened)), _("None.")),
            Section(_("Notes, and how long an answer took"), tuple(_notes(inside, told, now)), _("None.")),
            Section(_("What happened again"), tuple(_repeats(inside, incidents, told)), _("Nothing.")),
            Section(_("Drills"), tuple(_drills(inside)), _("None.")),
            Section(_("Failures under article 36"), tuple(_failures(opened, told)), _("No finding says so.")),
            Section(_("What is kept, and what was erased"), tuple(_kept(inside)), _("Nothing.")),
        ),
    )


def _told(streams: Iterable[str], kinds: tuple[str, ...]) -> dict[str, list[Item]]:
    """The entries of these kinds, by incident, in order."""
    found: dict[str, list[Item]] = {stream: [] for stream in streams}
    rows = Entry.objects.filter(kind__in=kinds, stream__startswith="incident/").order_by("stream", "seq")
    for stream, line in rows.values_list("stream", "line"):
        if stream in found:
            found[stream].append(item_of(decoded(bytes(line))))
    return found


def _incidents(opened: list[Incident]) -> Iterator[Line]:
    closed = sum(one.closed is not None for one in opened)
    if opened:
        number = ngettext("%(number)s incident", "%(number)s incidents", len(opened)) % {"number": len(opened)}
        yield Line(number, _("closed: %(closed)s") % {"closed": closed})


def _notes(inside: Inside, told: dict[str, list[Item]], now: datetime) -> Iterator[Line]:
    for items in told.values():
        found = book(one for one in items if one.kind != "finding.made")
        for note in found.released:
            if note.released and inside(note.released):
                name = _("%(form)s no. %(number)s") % {"form": FORMS.get(note.form, _("Note")), "number": note.number}
                yield Line(name, _waited(note, found, now))


def _waited(note: Note, found: Book, now: datetime) -> str:
    """Silence is data, too."""
    came = min((read(one.came) for one in found.replies.values() if one.note == note.id), default=None)
    since = note.delivered or note.released or now
    days = days_between(since, came or now)
    if came:
        return ngettext("answered after %(days)s day", "answered after %(days)s days", days) % {"days": days}
    return ngettext("unanswered for %(days)s day", "unanswered for %(days)s days", days) % {"days": days}


def _repeats(inside: Inside, incidents: dict[str, Incident], told: dict[str, list[Item]]) -> Iterator[Line]:
    by_id = {str(one.id): one.called for one in incidents.values()}
    for stream, items in told.items():
        for one in items:
            if one.kind == "incident.matched" and inside(one.recorded):
                earlier = by_id.get(one.body["incident"], _("another incident"))
                yield Line(incidents[stream].called, _("repeats %(earlier)s") % {"earlier": earlier})


def _drills(inside: Inside) -> Iterator[Line]:
    held = Counter(one.post for one in drills_held() if inside(one.raised))
    for post, number in sorted(held.items()):
        yield Line(post, ngettext("%(number)s drill", "%(number)s drills", number) % {"number": number})


def _failures(opened: list[Incident], told: dict[str, list[Item]]) -> Iterator[Line]:
    """What the last finding of each part says: VCCR 36(1), by paragraph."""
    for incident in opened:
        findings = (one for one in told[incident.stream] if one.kind == "finding.made")
        last = {one.body["part"]: one.body["answer"] for one in findings}
        breached = (finding for answer in last.values() for finding in answer["findings"])
        cites = {
            cite
            for one in breached
            if one["id"].startswith("vccr-36-") and one["result"] in ("breach", "arguable")
            for cite in one["cites"]
        }
        if cites:
            yield Line(incident.called, ", ".join(sorted(cites)))


def _kept(inside: Inside) -> Iterator[Line]:
    """Of people, exhibits and recordings: what is still sealed, and what nobody can open any more."""
    names = {"person": _("people"), "exhibit": _("exhibits"), "recording": _("recordings")}
    for about, words in names.items():
        those = Subject.objects.filter(about=about).values_list("erased", flat=True)
        gone = sum(one is not None and inside(one) for one in those)
        kept = sum(one is None for one in those)
        if gone or kept:
            told = {"what": words, "gone": gone, "kept": kept}
            yield Line(_("%(what)s: %(gone)s erased in this year, %(kept)s still sealed") % told)


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """The sheet on a page."""
    made = year_sheet(year, request.user, request.now)  # type: ignore[attr-defined]
    return render(request, "web/year.html", {"sheet": made, "year": year})


@require_safe
def paper(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """The same to take along, in a language."""
    language = request.GET.get("lang", reading())
    if form not in MEDIA or language not in LANGUAGES:
        raise Http404
    now: datetime = request.now  # type: ignore[attr-defined]
    with translation.override(language):
        made = year_sheet(year, request.user, now)
        data = sheets.pdf(made, language, now) if form == "pdf" else sheets.word(made, language, now)
    named = {"Content-Disposition": f'attachment; filename="{year}-{language}.{form}"'}
    return HttpResponse(data, content_type=MEDIA[form], headers=named)
