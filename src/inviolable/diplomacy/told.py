"""What an incident's brief and its after-action report say of notes, of what they demand and of what came back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inviolable.counsel.opinion import day_words
from inviolable.diplomacy.demands.book import Book, Demand, book
from inviolable.diplomacy.demands.wording import ANSWERS, DEMANDS
from inviolable.diplomacy.series import released_papers
from inviolable.diplomacy.shown import FORMS, OUTCOMES, WAYS
from inviolable.incidents.aftermath import MILESTONES
from inviolable.incidents.brief import DONE, SAY
from inviolable.incidents.export import DOCUMENTS
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Item
from inviolable.posts.lookup import at_the_ministry


def join() -> None:
    """Once, when the program starts."""
    DOCUMENTS.append(released_papers)
    came_back = ("reply.received", "assurance.marked", "demand.closed")
    DONE.update(("note.released", "note.delivered", "demarche.made", "incident.matched", *came_back))
    MILESTONES.extend(("note.released", "note.delivered", "demarche.made", *came_back))
    SAY.update(
        {
            "note.released": _released,
            "note.delivered": _delivered,
            "reply.received": _replied,
            "demand.made": _demanded,
            "demand.closed": _closed,
        }
    )


def book_of(state: IncidentState) -> Book:
    """What was demanded in an incident, worked out once for the same entries. Nobody changes it."""
    known: tuple[int, Book] = state.beside.get("demands", (0, Book()))
    taken, found = known
    if taken != len(state.timeline):
        found = book(state.timeline)
        state.beside["demands"] = len(state.timeline), found
    return found


def _cited(state: IncidentState, item: Item) -> str:
    note = book_of(state).notes[item.body["note"]]
    return _("%(form)s no. %(number)s") % {"form": FORMS.get(note.form, _("Note")), "number": note.number}


def _released(state: IncidentState, item: Item, _now: datetime) -> str:
    return _("%(note)s: released") % {"note": _cited(state, item)}


def _delivered(state: IncidentState, item: Item, _now: datetime) -> str:
    body = item.body
    where = filter(None, (str(WAYS[body["channel"]]), body.get("to"), body.get("place")))
    return f"{_cited(state, item)}: {OUTCOMES[body['outcome']]} ({', '.join(where)})"


def _replied(state: IncidentState, item: Item, _now: datetime) -> str:
    said = {"from": item.body["from"], "note": _cited(state, item)}
    return _("Reply from %(from)s (%(note)s)") % said


def _demanded(state: IncidentState, item: Item, now: datetime) -> str:
    """How it stands today: what nobody answered says for how long."""
    one = book_of(state).demands[item.body["demand"]]
    what = f"{DEMANDS[one.kind]} ({_cited(state, item)})"
    if one.closed:
        return what
    days = one.days(now)
    told = {"number": days, "day": day_words(at_the_ministry(one.since).date())}
    age = ngettext("%(number)s day since %(day)s", "%(number)s days since %(day)s", days) % told
    return f"{what}: {_how(one)}, {age}"


def _how(one: Demand) -> str:
    if one.met:
        return _("somebody says that it is met; legal decides")
    if one.links:
        return _("the reply %(does)s") % {"does": ANSWERS[one.links[-1].says]}
    return _("unanswered")


def _closed(state: IncidentState, item: Item, _now: datetime) -> str:
    one = book_of(state).demands[item.body["demand"]]
    made = state.timeline[one.seq]
    return _("Met, and legal agrees: %(what)s (%(note)s)") % {"what": DEMANDS[one.kind], "note": _cited(state, made)}
