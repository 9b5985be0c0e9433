"""The forms by which texts are made and checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inviolable.counsel.page import Request, reading
from inviolable.diplomacy.checks.channel import FORMS_OF, channels_of, foreign
from inviolable.diplomacy.checks.standing import (
    called,
    city_of,
    organ_of,
    organs_for,
    sender_class,
)
from inviolable.diplomacy.demands.firmer import Offer
from inviolable.diplomacy.drafting.answers import as_said
from inviolable.diplomacy.drafting.offered import answer_to
from inviolable.diplomacy.drafting.offering import Offering, offering
from inviolable.diplomacy.drafting.statements import Statement
from inviolable.diplomacy.drafting.writing import offered
from inviolable.diplomacy.shown import FORMS, LANGUAGES
from inviolable.diplomacy.words.wording import quoting
from inviolable.incidents.exhibiting import exhibit_lines
from inviolable.incidents.fields import hidden, line, lines
from inviolable.incidents.page import Page
from inviolable.incidents.terms import FIRST
from inviolable.incidents.wording import example_words, part_words
from inviolable.posts.lookup import at_the_ministry
from inviolable.posts.terms import MINISTRY
from inviolable.sources.wording import KINDS

DAY = {"type": "date"}


def _choices(form: forms.Form, name: str, offered: Any) -> None:
    form.fields[name].choices = list(offered)  # type: ignore[attr-defined]


def _quoted(one: Statement) -> str:
    """A statement as somebody chooses it."""
    who = ", ".join(filter(None, (example_words(one.called), one.reported or str(KINDS.get(one.secondhand, "")))))
    return f"{one.day.isoformat()} · {who}: {as_said(one.words, one.indirect)}"


#: What a note can take from what is on offer, in the order of the form.
OFFERED = ("protested", "repeated", "answered", "firmer")
#: What most notes leave as it is, and what it is called where it is folded away.
FOLDED = {
    _("Other names than those that our ministry and theirs bear"): (
        "sender_es",
        "sender_en",
        "addressee_es",
        "addressee_en",
    ),
    _("More that it can say: answers to their statements, firmer wording"): ("answered", "firmer"),
}


def _touched(field: forms.BoundField) -> bool:
    return bool(field.errors or field.value())


def _on_offer(label: Any, hint: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, help_text=hint, required=False, widget=forms.CheckboxSelectMultiple)


class Draft(forms.Form):
    """What a draft needs beside the facts."""

    form = forms.ChoiceField(label=_("What is it to be?"), initial="note_verbale")
    organ = forms.ChoiceField(label=_("Who sends it?"), help_text=_("It takes its number from their series."))
    sender_es = line(_("Full official name of the sender, in Spanish"), most=200)
    sender_en = line(_("Full official name of the sender, in English"), most=200)
    language = forms.ChoiceField(label=_("In which language does it count?"), initial="es")
    courtesy = forms.BooleanField(label=_("With a courtesy translation in the other one"), required=False, initial=True)
    addressee_es = line(_("To whom, in Spanish"), _("Left empty: the other ministry or embassy."))
    addressee_en = line(_("To whom, in English"), _("Left empty: the other ministry or embassy."))
    place = line(_("Place"), _("Of the signature or the initials, such as Quito."), required=True, most=100)
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    annexes = forms.MultipleChoiceField(
        label=_("Exhibits that go with it"),
        help_text=_("The note lists them with their SHA-256."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    statements = forms.MultipleChoiceField(
        label=_("What the other State said, which the note quotes"),
        help_text=_(
            "Each organ once for a day, in its own words. What a newspaper reports stays out unless you choose it. A"
            " letter and a public statement quote none."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    protested = _on_offer(
        _("Was it protested before?"),
        _(
            "What you choose is recalled by its date and channel, and the note renews the protest. Nothing chosen: it"
            " is the first one."
        ),
    )
    repeated = _on_offer(
        _("Which earlier notes and assurances does it repeat?"),
        _("What you choose is recalled by number, date and what remains open."),
    )
    answered = _on_offer(
        _("What answers their statements?"),
        _("Each stands in the note as what was told, and by whom, or as the exhibit that you hold."),
    )
    firmer = _on_offer(_("Firmer wording"), _("Each that you choose is a paragraph after what is requested."))

    def __init__(self, page: Page, request: Request) -> None:
        initial = {"date": at_the_ministry(request.now).date(), "place": city_of(MINISTRY)}
        super().__init__(request.POST if request.method == "POST" else None, initial=initial)
        self.opened = page.state.opened
        parts = [(part.id, part_words(part)) for part in page.state.parts.values()]
        self.fields["part"] = forms.ChoiceField(label=_("Part"), choices=parts) if len(parts) > 1 else hidden(parts)
        self.fields["part"].initial = FIRST
        exhibits = list(exhibit_lines(page.state).items())
        _choices(self, "annexes", exhibits)
        if not exhibits:
            del self.fields["annexes"]
        self.offers = self._offered(offering(page.state, request.now))
        said = [told for part in page.state.parts for told in offered(page.state, part)]
        _choices(self, "statements", ((one.key, _quoted(one)) for one, _by_itself in said))
        self.by_itself = [one.key for one, by_itself in offered(page.state, FIRST) if by_itself]
        self.fields["statements"].initial = self.by_itself
        if not said:
            del self.fields["statements"]
        _choices(self, "form", ((name, words) for name, words in FORMS.items() if name != "demarche"))
        _choices(self, "organ", ((name, words or _("The ministry")) for name, words in organs_for(page.state)))
        _choices(self, "language", LANGUAGES.items())
        self._ask_for_names()
        self.order_fields(["form", "organ", "part"])

    @property
    def asked(self) -> list[forms.BoundField]:
        """What stands open, in its order."""
        folded = {name for names in FOLDED.values() for name in names}
        return [one for one in self.visible_fields() if one.name not in folded]

    @property
    def folds(self) -> list[tuple[Any, list[forms.BoundField], bool]]:
        """What is folded away, by what it is called, and whether it opens by itself: something was written there."""
        here = {one.name: one for one in self.visible_fields()}
        groups = [(words, [here[one] for one in names if one in here]) for words, names in FOLDED.items()]
        return [(words, fields, self.is_bound and any(map(_touched, fields))) for words, fields in groups if fields]

    def _ask_for_names(self) -> None:
        """What the sender is called in full, as long as this home does not say so of its ministry."""
        ministry = organ_of(MINISTRY)
        hint = _(
            "As its letterhead has it. Left empty, the ministry is “%(name)s”. Set it in notes/organs.toml: sender."
        )
        for language in LANGUAGES:
            name = f"sender_{language}"
            told = {"name": called(ministry.sender[language], self.opened, language)}
            self.fields[name].help_text = hint % told
            if ministry.named:
                del self.fields[name]

    def _offered(self, found: Offering) -> dict[str, Offer]:
        """What can be put into it, by its id, as the fields offer it; none of it is chosen by itself."""
        offers: dict[str, Offer] = {}
        for name in OFFERED:
            told = list(getattr(found, name)())
            offers |= {one.offer.paragraph.id: one.offer for one in told}
            _choices(self, name, ((one.offer.paragraph.id, one.called) for one in told))
            if not told:
                del self.fields[name]
        return offers

    def clean(self) -> dict[str, Any]:
        """A form that this organ writes, and somebody to write to."""
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        given.setdefault("annexes", [])
        by = [one for one in channels_of(sender_class(given["organ"])) if given["form"] in FORMS_OF[one]]
        if not by:
            raise ValidationError(
                _(
                    "This organ does not write in this form: the ministry and the embassy write notes and statements, a"
                    " post writes letters to the authorities of its district (VCCR 38, VCDR 41(2))."
                )
            )
        given["channel"] = by[0]
        if given["form"] not in quoting() and set(given.get("statements", ())) - set(self.by_itself):
            told = _("A letter and a public statement quote nothing that the other State said. Choose none, or a note.")
            self.add_error("statements", told)
        begins = tuple(map(answer_to, given.get("statements", ())))
        if any(not one.startswith(begins) for one in given.get("answered", ())):
            self.add_error("answered", _("Choose the statement that this answers as well."))
        for name in OFFERED:
            if given["form"] not in quoting() and given.get(name):
                self.add_error(name, _("This stands in notes alone. Choose none of it, or a note."))
        for language in LANGUAGES:
            name = f"addressee_{language}"
            given[name] = given[name] or self._called("addressee", language)
            sender = f"sender_{language}"
            if foreign(given.get(sender, ""), language, self.opened.get("sending", "")):
                self.add_error(sender, _("That is no organ of the State that sends it. Write what ours is called."))
            if not given[name] and given["channel"] != "to_the_public":
                self.add_error(name, _("Write to whom it goes."))
        return given

    def _called(self, what: str, language: str) -> str:
        template = getattr(organ_of(self.cleaned_data["organ"]), what).get(language, "")
        return called(template, self.opened, language)

    def told(self) -> dict[str, Any]:
        """As `draft.draft` takes it."""
        given = self.cleaned_data
        courtesy = tuple(one for one in LANGUAGES if one != given["language"] and given["courtesy"])
        return {
            "form": given["form"],
            "channel": given["channel"],
            "organ": given["organ"],
            "sender": {one: given.get(f"sender_{one}") or self._called("sender", one) for one in LANGUAGES},
            "addressee": {language: given[f"addressee_{language}"] for language in LANGUAGES},
            "language": given["language"],
            "courtesy": courtesy,
            "place": dict.fromkeys(LANGUAGES, given["place"]),
            "date": given["date"].isoformat(),
            "statements": given.get("statements", ()),
            "offers": [self.offers[one] for name in OFFERED for one in given.get(name, ())],
        }


class Accept(forms.Form):
    """What came back from Word, as it was shown; box: signed."""

    box = forms.CharField(widget=forms.HiddenInput)
    why = line(_("What did you change, and why?"), _("It is recorded, and shown to whoever approves."))


class Check(forms.Form):
    """Any text of ours, before it goes out."""

    language = forms.ChoiceField(label=_("Language"), choices=[])
    date = forms.DateField(label=_("Date"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    words = lines(_("The text"), _("Paste it here, or choose a file below. Nothing of it is kept."), most=200_000)

    def __init__(self, request: Request) -> None:
        super().__init__(request.POST if request.method == "POST" else None, initial={"language": reading()})
        _choices(self, "language", LANGUAGES.items())
        self.fields["words"].widget.attrs["rows"] = 12
