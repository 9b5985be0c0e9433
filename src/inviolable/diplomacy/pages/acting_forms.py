"""The forms by which something is done with a note, and of an oral démarche."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inviolable.counsel.page import Request
from inviolable.diplomacy.file import NoteFile, proofs
from inviolable.diplomacy.life import actions
from inviolable.diplomacy.pages.stopping import roles_words
from inviolable.diplomacy.shown import OUTCOMES, WAYS
from inviolable.incidents.acts import Dated
from inviolable.incidents.exhibiting import exhibit_lines
from inviolable.incidents.fields import hidden, line, lines
from inviolable.incidents.page import Page
from inviolable.posts.roles import can

#: What is done with a note next.
STEPS = ("submit", "refresh", "redraft", "approve", "send_back", "drop", "release")


class Step(forms.Form):
    """What is done with a note next."""

    do = forms.ChoiceField(choices=[(one, one) for one in STEPS])
    version = forms.IntegerField()
    why = line(_("Why"), most=1000)


class Delivery(Dated):
    """What became of a note by one channel."""

    title = _("Record a delivery")
    lead = _("What you record last of each way counts: it corrects what was recorded of that way before.")
    button = _("Record it")
    ours = True
    happened = _("When was that?")

    def __init__(self, page: Page, request: Request, note: NoteFile) -> None:
        super().__init__(page, request)
        self.note, dated = note, self.fields
        came = proofs(page.state, note.released.seq) if note.released else []
        exhibits = [(one, said) for one, said in exhibit_lines(page.state).items() if one in came]
        self.fields = {
            "way": forms.ChoiceField(label=_("How?"), choices=list(WAYS.items())),
            "outcome": forms.ChoiceField(label=_("What became of it?"), choices=list(OUTCOMES.items())),
            "to": line(
                _("To whom"),
                _(
                    "An office or a role, such as the duty officer of the embassy. Always where it was"
                    " handed over, received or refused."
                ),
            ),
            "place": line(_("Where?"), _("Where it was handed over in person. An e-mail and a letter have none.")),
            "proof": forms.ChoiceField(
                label=_("Stamped copy or receipt"),
                help_text=_receipt_hint(page, request),
                choices=[("", "—"), *exhibits],
                required=False,
            ),
            "said": line(_("What they said"), most=1000),
        }
        self.fields |= dated
        for name in ("to", "place", "proof"):
            self.fields[name].depends = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What the way and the outcome ask for, each at its field."""
        given = super().clean() or self.cleaned_data
        way, had = given.get("way"), given.get("outcome") in actions.HAD_BY_SOMEBODY
        if given.get("outcome") == "received":
            given |= {name: given.get(name) or self.note.known_of(str(way), name) for name in ("to", "place")}
        if way not in actions.AT_A_PLACE:
            given["place"] = ""
        elif had and not given.get("place"):
            self.add_error("place", _("Say where it was handed over."))
        if had and not given.get("to"):
            self.add_error("to", _("Say to which office it was handed over."))
        if given.get("outcome") == "received" and not given.get("proof"):
            self.add_error(
                "proof", _("“Received” is what a stamped copy or a receipt shows. Choose one, or: handed over.")
            )
        return given


class Mailing(forms.Form):
    """A note by e-mail of record; or what became of one that may have gone out."""

    do = hidden([(one, one) for one in ("send", "went", "again")])
    to = forms.CharField(required=False, widget=forms.HiddenInput)
    turn = forms.IntegerField(required=False, widget=forms.HiddenInput)
    message = forms.CharField(required=False, widget=forms.HiddenInput)


def _receipt_hint(page: Page, request: Request) -> str:
    """Who adds what came back, and where: a link for whoever may."""
    said = gettext(
        "Without one nothing counts as received. Listed is what was added to the incident after the release. It is"
        " added under “{exhibits}” by: {who}."
    )
    words = gettext("Add an exhibit")
    if can(request.user, "add", "exhibit"):
        address = reverse("incidents:add-exhibit", args=[page.incident.reference])
        words = format_html('<a href="{}">{}</a>', address, words)
    return format_html(said, exhibits=words, who=roles_words("add", "exhibit"))


class Demarche(Dated):
    """An oral démarche."""

    title = _("Record an oral démarche")
    button = _("Record it")
    ours = True
    happened = _("When was that?")

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        dated = self.fields
        self.fields = {
            "by": line(_("Who made it?"), _("A role, such as the head of mission."), required=True),
            "to": line(_("To whom"), _("An office or a role."), required=True),
            "said": lines(_("What was said?"), required=True),
            "answer": lines(_("What was answered?")),
        }
        self.fields |= dated
