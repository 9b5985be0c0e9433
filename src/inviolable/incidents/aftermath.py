"""What is learnt afterwards, read off the timeline: how fast, what was believed and changed, what was left undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from inviolable.documents.sheet import Line, Section, Sheet
from inviolable.incidents.brief import SAY, obligation_words
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.models import Incident
from inviolable.incidents.picture import fact_words, item_words, stale_findings, value_words
from inviolable.incidents.terms import Obligation
from inviolable.incidents.wording import (
    happened_words,
    kind_words,
    mark_of,
    moment_words,
    who_words,
)

#: The kinds of entry whose first one is a milestone; rooms above add theirs.
MILESTONES = [
    "recording.begun",
    "exhibit.received",
    "fact.confirmed",
    "finding.made",
    "dossier.exported",
    "incident.closed",
]


def aftermath(incident: Incident, state: IncidentState, language: str, now: datetime) -> Sheet:
    """The report in the active language."""
    return Sheet(
        title=_("After-action report: %(title)s") % {"title": incident.called},
        author="Inviolable",
        lead=_("Made from the record alone, as of %(moment)s. Roles, never names. It judges no person.")
        % {"moment": moment_words(now)},
        foot=incident.reference,
        mark=mark_of(incident),
        page=_("page"),
        of=_("of"),
        more=_("… and %d more, in the record"),
        sections=(
            Section(_("How fast"), tuple(_milestones(state, now)), _("Nothing recorded yet.")),
            Section(_("What was believed and changed"), tuple(_changed(state, language)), _("Nothing was withdrawn.")),
            Section(_("What was to be done"), tuple(_obligations(state, now)), _("Nothing was to be done.")),
            Section(_("What did not work"), tuple(_failed(state, language)), _("Nothing in the record says so.")),
            Section(_("Lessons"), tuple(_of_kind(state, "lesson.written", language)), _("No lesson is written yet.")),
            Section(_("Opened again"), tuple(_of_kind(state, "incident.reopened", language)), _("Never.")),
        ),
    )


def span_words(seconds: float) -> str:
    """How long, in the two largest units: 2 d 3 h, 4 min 5 s."""
    left = round(abs(seconds))
    parts: list[str] = []
    for unit, size in ((_("d"), 86_400), (_("h"), 3_600), (_("min"), 60), (_("s"), 1)):
        if left >= size or parts:
            parts.append(f"{left // size} {unit}")
            left %= size
    return " ".join(parts[:2]) or f"0 {_('s')}"


def _milestones(state: IncidentState, now: datetime) -> Iterator[Line]:
    """The first entry of each kind, after how long by our clock."""
    if not state.timeline:
        return
    opened = state.timeline[0]
    yield Line(kind_words(opened.kind), moment_words(opened.recorded))
    first = {item.kind: item for item in reversed(state.timeline) if item.kind in MILESTONES}
    for item in sorted(first.values(), key=lambda one: one.seq):
        after = _("after %(span)s") % {"span": span_words((item.recorded - opened.recorded).total_seconds())}
        say = SAY.get(item.kind)
        told = (say(state, item, now) if say else "", moment_words(item.recorded), who_words(item.actor))
        yield Line(f"{kind_words(item.kind)}: {after}", " · ".join(filter(None, told)))


def _changed(state: IncidentState, language: str) -> Iterator[Line]:
    for one in state.decisions:
        if not one.confirmed:
            said = f"{fact_words(one.key, language)} {value_words(one.key, one.value, language)}"
            yield Line(said, f"{one.why}; {happened_words(one.happened)}", _("withdrawn"))
    for part in state.parts:
        for key, values in state.confirmed(part).items():
            if len(values) > 1:
                sides = " / ".join(value_words(key, value, language) for value in values)
                yield Line(f"{fact_words(key, language)} {sides}", "", _("still contested"))
        for finding, gone in stale_findings(state, part, language):
            lost = "; ".join(f"{one['question']} {one['value']} {one['how']}" for one in gone)
            said = _("Finding of entry %(number)s") % {"number": finding.seq}
            yield Line(said, lost, _("rests on what stands no more"))


def _obligations(state: IncidentState, now: datetime) -> Iterator[Line]:
    for one in state.obligations.values():
        what, who, late = obligation_words(state, one, now)
        yield Line(what, who, _outcome(state, one, late))


def _outcome(state: IncidentState, one: Obligation, late: str) -> str:
    if one.closed_by is None:
        return late or (_("handed over") if one.superior else _("still open"))
    closed = state.timeline[one.closed_by]
    done = closed.recorded
    if one.due and done > one.due:
        in_time = closed.happened.start <= one.due
        told = _("done in time, as told; recorded %(span)s late") if in_time else _("done %(span)s late")
        return told % {"span": span_words((done - one.due).total_seconds())}
    return _("done after %(span)s") % {
        "span": span_words((done - state.timeline[one.opened_by].recorded).total_seconds())
    }


def _failed(state: IncidentState, language: str) -> Iterator[Line]:
    failed = [item for item in state.timeline if item.kind == "message.failed"]
    if failed:
        yield Line(_("Messages that reached nobody: %(number)s") % {"number": len(failed)})
    for one in state.recordings.values():
        if one.missing:
            yield Line(_("A recording lacks pieces: %(gaps)s") % {"gaps": ", ".join(one.missing)})
    for item in state.timeline:
        if item.body.get("late"):
            yield Line(kind_words(item.kind), item_words(item, language), _("recorded late"))
        elif "paper" in item.body:
            yield Line(kind_words(item.kind), moment_words(item.recorded), _("entered from paper"))


def _of_kind(state: IncidentState, kind: str, language: str) -> Iterator[Line]:
    for item in state.timeline:
        if item.kind == kind:
            yield Line(item_words(item, language), f"{moment_words(item.recorded)} · {who_words(item.actor)}")
