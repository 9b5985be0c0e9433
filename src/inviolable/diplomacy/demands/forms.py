"""What people write about demands, for each thing one form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inviolable.counsel.page import Request
from inviolable.diplomacy.demands import actions
from inviolable.diplomacy.demands.book import Demand, book
from inviolable.diplomacy.demands.wording import ANSWERS, DEMANDS, RUNGS, demand_words
from inviolable.diplomacy.file import proofs
from inviolable.incidents.acts import Act, Dated, own_zone, zones_of
from inviolable.incidents.exhibiting import exhibit_lines
from inviolable.incidents.fields import UTC, hidden, line, lines, moment_field, moment_in
from inviolable.incidents.page import Page
from inviolable.posts.roles import EVERY_PERSON, Role
from inviolable.sources.terms import MOST_WORDS

FOLLOW, CLOSE = ("follow", "demand"), ("close", "demand")
ROLES = [(role.value, role.label) for role in Role if role in EVERY_PERSON]


class OfDemands(Act):
    """An act whose outcome is seen on the page of demands, also of a closed incident."""

    may: ClassVar[tuple[str, str]] = FOLLOW
    when = ""

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        self.book = book(page.state.timeline)
        self.notes = [(one.id, one.number) for one in self.book.released]

    def goes_to(self, reference: str) -> str:
        """The page of demands."""
        return reverse("diplomacy:demands", args=[reference])


class OfOne(OfDemands):
    """An act about one demand, which the page before has chosen."""

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        mine = [(one.id, demand_words(one)) for one in self.book.unmet]
        self.fields["demand"] = hidden(mine)
        chosen = self.data.get("demand") if self.is_bound else self.initial.get("demand")
        self.demand: Demand | None = self.book.demands.get(chosen or "")
        #: Said above the form.
        self.about = f"{DEMANDS[self.demand.kind]}: {demand_words(self.demand)}" if self.demand else ""


class Met(OfOne):
    """It is met, and this proves it."""

    title = _("Say that a demand is met")
    lead = _("It stays open until a legal adviser agrees. Silence or a promise is no proof.")
    button = _("Say so")

    proof = forms.ChoiceField(label=_("What proves it?"))
    why = lines(_("How does that prove it?"), required=True)

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        links = self.demand.links if self.demand else []
        answered = [
            (
                f"reply/{one.reply}/{one.sentence}",
                _("Sentence %(number)s of the reply of %(sender)s")
                % {"number": one.sentence, "sender": self.book.replies[one.reply].sender},
            )
            for one in links
            if one.says in ("meets", "partly")
        ]
        came = proofs(page.state, self.demand.seq) if self.demand else []
        kept = [(one, said) for one, said in exhibit_lines(page.state).items() if one in came]
        self.fields["proof"].choices = [*answered, *kept]  # type: ignore[attr-defined]

    def record(self, reference: str, **who: Any) -> None:
        """Said."""
        given = self.cleaned_data
        actions.met(reference, given["demand"], given["proof"], given["why"], **who)


class Decide(OfOne):
    """Legal agrees, or does not."""

    title = _("Decide whether a demand is met")
    button = _("Decide")
    may = CLOSE

    decision = forms.ChoiceField(
        label=_("Is it met?"),
        widget=forms.RadioSelect,
        choices=[("agree", _("Yes: it closes")), ("keep", _("No: it stays open, and ages on"))],
    )
    why = lines(_("Why"), required=True)

    def record(self, reference: str, **who: Any) -> None:
        """Decided."""
        given = self.cleaned_data
        decide = actions.agree if given["decision"] == "agree" else actions.keep
        decide(reference, given["demand"], given["why"], **who)


class Own(OfOne):
    """Others answer for it."""

    title = _("Give a demand to others")
    button = _("Give it to them")

    to = forms.ChoiceField(label=_("Who answers for it?"), choices=ROLES)
    superior = forms.ChoiceField(label=_("Who is told as well when it grows old?"), choices=ROLES)
    why = lines(_("Why"))

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        if self.demand:
            self.initial.update(to=self.demand.to, superior=self.demand.superior)

    def record(self, reference: str, **who: Any) -> None:
        """Given."""
        given = self.cleaned_data
        actions.own(reference, given["demand"], given["to"], given["superior"], given["why"], **who)


class Reach(Dated, OfDemands):
    """A rung that was reached outside of this program."""

    title = _("Record a rung of the ladder")
    lead = _(
        "Notes and oral démarches that are recorded here count by themselves; this is for what happened elsewhere."
    )
    button = _("Record it")
    field_order = ("rung", "why", "note", "at", "zone")

    rung = forms.ChoiceField(label=_("What was done?"), choices=list(RUNGS.items()))
    why = lines(_("What, with whom, and why"), required=True)

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        self.fields["note"] = forms.ChoiceField(
            label=_("With which note?"), choices=[("", _("none")), *self.notes], required=False
        )
        self.order_fields(self.field_order)

    def record(self, reference: str, **who: Any) -> None:
        """Recorded."""
        given = self.cleaned_data
        actions.reach(reference, given["rung"], given["why"], happened=self.told(), note=given["note"], **who)


class Dispute(Dated, OfDemands):
    """The other State was told that there is a dispute."""

    title = _("Record that a dispute was notified")
    lead = _("Where an Optional Protocol binds both States, two months begin on the day that one tells the other so.")
    button = _("Record it")
    may = CLOSE
    field_order = ("note", "why", "at", "zone")

    why = lines(_("In which words did the note say so?"), required=True)

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        delivered = [(one.id, one.number) for one in self.book.released if one.delivered]
        self.fields["note"] = forms.ChoiceField(label=_("By which note?"), choices=delivered)
        self.order_fields(self.field_order)

    def record(self, reference: str, **who: Any) -> None:
        """Recorded."""
        given = self.cleaned_data
        actions.notify_dispute(reference, given["note"], given["why"], happened=self.told(), **who)


# ---- replies -----------------------------------------------------------------------------------


class Received(forms.Form):
    """A reply, as a file or as words."""

    note = forms.ChoiceField(label=_("To which note?"))
    sender = line(
        _("From whom?"),
        _("The organ, such as the embassy; no name of a person."),
        required=True,
    )
    number = line(_("Its number"), _("As the paper has it."), most=100)
    came = moment_field(_("When did it come?"), required=True)
    zone = forms.ChoiceField(label=_("On the clock of"), required=False)
    words = forms.CharField(
        label=_("Its text"),
        help_text=_("Only where there is no file that can be read, or it was said by word of mouth."),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(request.POST if request.method == "POST" else None, initial=request.GET.dict())
        self.now = request.now
        self.notes = {one.id: one for one in book(page.state.timeline).released}
        self.fields["note"].choices = [(one.id, one.number) for one in self.notes.values()]  # type: ignore[attr-defined]
        self.fields["zone"].choices, self.fields["zone"].initial = zones_of(page), own_zone(page, request)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A moment that has come, and at which they had the note."""
        given = super().clean() or self.cleaned_data
        note = self.notes.get(given.get("note", ""))
        if given.get("came"):
            try:
                given["came"] = moment_in(given["came"], given.get("zone") or UTC)
                if given["came"] > self.now:
                    raise ValidationError(_("That has not come yet."))
                if note and note.delivered and given["came"] < note.delivered - timedelta(minutes=1):
                    raise ValidationError(
                        _("That is before the note was delivered. Look at the day, the hour and whose clock it is.")
                    )
            except ValidationError as fault:
                self.add_error("came", fault)
        return given


class Linked(forms.Form):
    """What one sentence of a reply does with a demand, or that it is an assurance."""

    sentence = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    demand = forms.ChoiceField(label=_("Which demand?"))
    says = forms.ChoiceField(label=_("What does it do with it?"), choices=[("", "—"), *ANSWERS.items()])

    def __init__(self, demands: list[Demand], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["demand"].choices = [("", "—"), *((one.id, DEMANDS[one.kind]) for one in demands)]  # type: ignore[attr-defined]


class Matched(forms.Form):
    """What an incident repeats."""

    chosen = forms.MultipleChoiceField(label=_("What does it repeat?"), widget=forms.CheckboxSelectMultiple)
    why = line(_("Why"), _("Where it is not plain."))

    def __init__(self, offered: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data, auto_id="again_%s")
        self.fields["chosen"].choices = offered  # type: ignore[attr-defined]
