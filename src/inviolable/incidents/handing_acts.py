"""The forms by which two people hand out what is sealed: one asks, another decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inviolable.counsel.page import Request
from inviolable.incidents import handing_out
from inviolable.incidents.acts import Act
from inviolable.incidents.fields import line, lines
from inviolable.incidents.fold import item_of
from inviolable.incidents.handing_out import Handout, handouts, sealed_fields
from inviolable.incidents.lookup import decoded, shown_to
from inviolable.incidents.page import Page
from inviolable.incidents.terms import Item
from inviolable.incidents.wording import FIELDS, kind_words, who_words
from inviolable.ledger.models import Entry
from inviolable.posts.lookup import accounts, same_person
from inviolable.posts.models import User
from inviolable.posts.roles import can
from inviolable.posts.waiting import Question


class Ask(Act):
    """Of what is sealed, something is to leave in plain."""

    title = _("Hand something out in plain")
    lead = _(
        "Nothing leaves yet: somebody else must agree first. Then whoever holds a key of headquarters hands it out."
    )
    button = _("Ask for it")
    may = ("ask", "handout")
    when = ""

    items = forms.MultipleChoiceField(label=_("What?"), widget=forms.CheckboxSelectMultiple)
    recipient = line(_("For whom?"), _("A role or an office; no names of people."), required=True)
    reason = lines(_("Why"), _("It is recorded; write no names here."), required=True)

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        self.fields["items"].choices = list(named(page).items())  # type: ignore[attr-defined]

    @classmethod
    def fits(cls, page: Page) -> bool:
        """Where something is sealed."""
        return bool(named(page))

    def record(self, reference: str, **who: Any) -> None:
        """Asked."""
        given = self.cleaned_data
        handing_out.ask(reference, given["items"], given["recipient"], given["reason"], **who)


class Decide(Act):
    """Somebody else agrees, or does not."""

    title = _("Decide on a hand-out")
    lead = _("Whoever asked cannot agree. What is agreed to may be handed out for seven days.")
    button = _("Record the decision")
    may = ("agree", "handout")
    when = ""

    handout = forms.ChoiceField(label=_("What was asked?"), widget=forms.RadioSelect)
    agrees = forms.ChoiceField(
        label=_("May it be handed out?"), choices=[("yes", _("yes")), ("no", _("no"))], widget=forms.RadioSelect
    )
    why = lines(_("Why"), _("If it may not, say why."))

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        choices = [(one.id, asked_words(page, one)) for one in waiting(page)]
        self.fields["handout"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def fits(cls, page: Page) -> bool:
        """Where something was asked."""
        return bool(waiting(page))

    def record(self, reference: str, **who: Any) -> None:
        """Decided."""
        given = self.cleaned_data
        told = {"agrees": given["agrees"] == "yes", "why": given["why"]}
        handing_out.decide(reference, given["handout"], **told, **who)


def questions(user: User, _asked_at: datetime) -> Iterator[Question]:
    """What waits for a second person, for everybody who may be that person."""
    if not can(user, "agree", "handout"):
        return
    told: dict[str, list[Item]] = {}
    kinds = ("handout.asked", "handout.agreed", "handout.declined")
    for stream, said in Entry.objects.filter(kind__in=kinds).order_by("pk").values_list("stream", "line"):
        told.setdefault(stream, []).append(item_of(decoded(bytes(said))))
    known = dict(shown_to(user).filter(stream__in=told).values_list("stream", "reference"))
    whose = accounts()
    for stream, reference in known.items():
        for one in handouts(told[stream]).values():
            if one.decided is None and not same_person(one.asked.actor, user.actor, whose):
                words = gettext("%(incident)s: may something sealed be handed out in plain?") % {"incident": reference}
                yield Question(words, reverse("incidents:decide-hand-out", args=[reference]), one.asked.recorded)


def waiting(page: Page) -> list[Handout]:
    """What nobody has decided on yet."""
    return [one for one in handouts(page.state.timeline).values() if one.decided is None]


def named(page: Page) -> dict[str, str]:
    """What is sealed in an incident, by id, and what each is called; nothing that is erased."""
    gone = {item.body["subject"] for item in page.state.timeline if item.kind == "subject.erased"}
    numbered = (
        (gettext("Exhibit %(number)s"), list(page.state.exhibits)),
        (gettext("Recording %(number)s"), list(page.state.recordings)),
    )
    found = {
        name: words % {"number": number}
        for words, those in numbered
        for number, name in enumerate(those, 1)
        if name not in gone
    }
    for commitment, name, item in sealed_fields(page.state.timeline):
        subject = item.body.get("subject") or item.body.get("exhibit")
        if subject not in gone:
            found[commitment] = f"{FIELDS.get(name, name)} ({item.seq} · {kind_words(item.kind)})"
    return found


def asked_words(page: Page, one: Handout) -> str:
    """A hand-out in one line."""
    names = named(page)
    what = ", ".join(names.get(name, name) for name in one.items)
    told = {"what": what, "for": one.recipient, "why": one.reason, "who": who_words(one.asked.actor)}
    return gettext("%(what)s, for %(for)s: %(why)s (%(who)s)") % told
