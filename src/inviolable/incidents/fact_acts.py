"""What people say and decide about facts, and the findings that are kept of them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from inviolable.counsel import library
from inviolable.counsel.page import Request, reading
from inviolable.incidents import facts
from inviolable.incidents.acts import Act, Dated, WrittenDown
from inviolable.incidents.fields import hidden, line, lines
from inviolable.incidents.page import Page, days_of
from inviolable.incidents.picture import fact_words, question_of, value_words
from inviolable.incidents.terms import FIRST, Decision
from inviolable.incidents.terms import Claim as Claimed

#: The path of a page of ours. It has no dots, nor what a browser reads as dots: they lead out of it.
STEPS = re.compile(r"[\w/-]+")


class _Then(Act):
    """What is said of a fact, and from where somebody came to say it: there they go back."""

    def then(self) -> forms.CharField:
        """The page of this incident that they came from; anything else is left alone."""
        return forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def came_from(self) -> str:
        """Its address, "" where there is none."""
        address = str((self.data if self.is_bound else self.initial).get("then", ""))
        home = reverse("incidents:overview", args=[self.page.incident.reference])
        inside = address.startswith(home) and STEPS.fullmatch(urlsplit(address).path)
        return address if inside and url_has_allowed_host_and_scheme(address, None) else ""

    def goes_to(self, reference: str) -> str:
        """Back to where they came from, or to the facts."""
        return self.came_from or super().goes_to(reference)


class Claim(_Then, WrittenDown):
    """One attributed statement about one fact."""

    title = _("Record what somebody said")
    lead = _("It counts for nothing until a person confirms it.")
    button = _("Record it")
    may = ("claim", "fact")
    back = "facts"
    happened = _("When was it said?")

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        self.key = str((request.POST if request.method == "POST" else request.GET).get("key", ""))
        question, dated = question_of(self.key, reading()), self.fields
        self.fields = {"part": self.part_field(), "key": hidden([(self.key, self.key)]), "then": self.then()}
        if question:
            answers = library.answers(self.key, reading())
            self.fields["value"] = forms.ChoiceField(label=question, choices=answers, widget=forms.RadioSelect)
        else:
            words = fact_words(self.key, reading())
            self.fields["value"] = line(words, _("As it was said, in few words."), required=True)
        ways = [("affirms", _("says so")), ("denies", _("denies it"))]
        self.fields["polarity"] = forms.ChoiceField(
            label=_("Whoever is named below"), choices=ways, widget=forms.RadioSelect, initial="affirms"
        )
        self.fields["voice"] = line(_("Whose statement is it?"), _("A role or a body; no names of people."))
        self.fields["source"] = line(_("Where was it found?"), _("A document, a report, a recording."))
        self.fields["raw"] = lines(_("The words said"), _("Not sealed: what names a person goes into a note."))
        self.fields["own_words"] = forms.BooleanField(
            label=_("These are not their words, but tell what they said: a note does not quote them"),
            help_text=_("Write how the sentence “They said that” goes on."),
            required=False,
        )
        self.fields |= dated

    def record(self, reference: str, **who: Any) -> None:
        """Claimed."""
        given = self.cleaned_data
        told = {name: given[name] for name in ("part", "polarity", "voice", "source", "paper")}
        told["note" if given["own_words"] else "raw"] = given["raw"]
        facts.claim(reference, self.key, given["value"], happened=self.told(), **told, **who)

    def goes_to(self, reference: str) -> str:
        """From where a fact was asked for: on to confirming it, and from there back."""
        given = self.cleaned_data
        if not self.came_from or given["polarity"] != "affirms":
            return super().goes_to(reference)
        told = {name: given[name] for name in ("part", "value", "then")} | {"key": self.key}
        return reverse("incidents:confirm", args=[reference], query=told)


class _Decision(_Then, Dated):
    may = ("confirm", "fact")
    back = "facts"

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        given = request.POST if request.method == "POST" else request.GET
        self.part = str(given.get("part", FIRST))
        self.key, self.value = str(given.get("key", "")), str(given.get("value", ""))
        dated = self.fields
        told: list[Claimed | Decision] = [*page.state.claims.values(), *page.state.decisions]
        about = [(one.key, one.value) for one in told]
        self.fields = {
            "part": hidden(self.parts),
            "key": hidden([(key, key) for key, _value in about]),
            "value": hidden([(value, value) for key, value in about if key == self.key]),
            "then": self.then(),
        }
        self.fields |= self.more() | dated

    @property
    def about(self) -> str:
        """The question and the answer that is decided upon."""
        question = fact_words(self.key, reading())
        return f"{question} {value_words(self.key, self.value, reading())}"

    def more(self) -> dict[str, forms.Field]:
        """What else is asked."""
        return {}


class Confirm(_Decision):
    """A person makes a value count."""

    title = _("Confirm a value")
    lead = _("From then on it counts, and the law is read with it. A second value of the same fact makes it contested.")
    button = _("Confirm")
    happened = _("When did it become known?")

    def more(self) -> dict[str, forms.Field]:
        """The statements it rests on."""
        told = self.page.state.claims.values()
        claims = [one for one in told if (one.part, one.key) == (self.part, self.key)]
        choices = [(one.id, _claim_words(one)) for one in claims]
        speaking = [one.id for one in claims if (one.value == self.value) == (one.polarity == "affirms")]
        found: dict[str, forms.Field] = {"why": lines(_("Why"), _("If it is not plain from the statements."))}
        if choices:
            found = {
                "claims": forms.MultipleChoiceField(
                    label=_("It rests on"),
                    choices=choices,
                    widget=forms.CheckboxSelectMultiple,
                    required=False,
                    initial=speaking,
                )
            } | found
        return found

    def record(self, reference: str, **who: Any) -> None:
        """Confirmed."""
        given = self.cleaned_data
        told = {"part": given["part"], "why": given["why"], "claims": given.get("claims", ())}
        facts.confirm(reference, self.key, self.value, happened=self.told(), **told, **who)


def _claim_words(claim: Claimed) -> str:
    denied = f" ({_('denied')})" if claim.polarity == "denies" else ""
    return f"{claim.seq} · {claim.said_by or '—'}: {value_words(claim.key, claim.value, reading())}{denied}"


class Withdraw(_Decision):
    """A confirmed value counts no more."""

    title = _("Withdraw a value")
    lead = _("It stays in the record, and counts no more.")
    button = _("Withdraw")
    happened = _("When did it become known that it should not count?")

    def more(self) -> dict[str, forms.Field]:
        """The reason."""
        return {"why": lines(_("Why"), required=True)}

    def record(self, reference: str, **who: Any) -> None:
        """Withdrawn."""
        given = self.cleaned_data
        happened = self.told()
        facts.withdraw(reference, self.key, self.value, given["why"], part=given["part"], happened=happened, **who)


class Keep(Act):
    """What the law says is kept as a finding."""

    title = _("Keep a finding")
    lead = _("What the law says of the facts is kept with the case, so that anybody can work it out again.")
    button = _("Keep it")
    may = ("keep", "finding")
    back = "law"

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        days = dict(day for part in page.state.parts for day in days_of(page.state, part))
        self.fields["part"] = self.part_field()
        self.fields["part"].initial = FIRST
        self.fields["as_of"] = forms.ChoiceField(
            label=_("As known on"), choices=[("", _("everything known")), *sorted(days.items())], required=False
        )

    def record(self, reference: str, **who: Any) -> None:
        """Kept."""
        facts.make_finding(reference, part=self.cleaned_data["part"], as_of=self.cleaned_data["as_of"], **who)
